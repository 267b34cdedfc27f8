using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>Decides on the failed child alone; its siblings notice nothing.</summary>
public sealed class OneForOneStrategy : SupervisorStrategy
{
    private readonly int _maxNrOfRetries;
    private readonly TimeSpan _withinTimeRange;

    /// <param name="maxNrOfRetries">
    /// Restarts of one child until it is stopped instead; 0 for none at all, null or negative for no limit (with a time range: one).
    /// </param>
    /// <param name="withinTimeRange">
    /// The window in which they count: it opens with a restart, and the first restart after its end opens the next. Null or infinite: for
    /// ever.
    /// </param>
    /// <param name="localOnlyDecider">Chooses the directive.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, new LocalOnlyDecider(localOnlyDecider))
    {
    }

    /// <inheritdoc cref="OneForOneStrategy(int?, TimeSpan?, Func{Exception, Directive})"/>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
    {
        ArgumentNullException.ThrowIfNull(decider);
        _maxNrOfRetries = maxNrOfRetries ?? -1;
        _withinTimeRange = withinTimeRange ?? Timeout.InfiniteTimeSpan;
        Decider = decider;
    }

    /// <summary>Restarts without limit.</summary>
    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider) : this(null, null, localOnlyDecider)
    {
    }

    /// <summary>Restarts without limit.</summary>
    public OneForOneStrategy(IDecider decider) : this(null, null, decider)
    {
    }

    public override IDecider Decider { get; }

    internal override bool RequestRestart(RestartHistory history, TimeProvider time) =>
        history.Request(_maxNrOfRetries, _withinTimeRange, time);
}
