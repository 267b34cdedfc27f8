using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>
/// All that a reload changes for the queue, swapped as one: parameters, routing, and the transports of <c>master.cf</c> by name.
/// </summary>
public sealed class QueueConfiguration(
    ConfigSnapshot snapshot, RouteRecipient route, IReadOnlyDictionary<string, TransportService> transports)
{
    private readonly HashSet<string> _deferredTransports = new(snapshot.Get(QueueParameters.DeferTransports), StringComparer.Ordinal);

    /// <summary>The parameters.</summary>
    public ConfigSnapshot Snapshot { get; } = snapshot;

    /// <summary>Routes a recipient, at intake and again for each attempt.</summary>
    public RouteRecipient Route { get; } = route;

    /// <summary>The transports by the name of their service.</summary>
    public IReadOnlyDictionary<string, TransportService> Transports { get; } = transports;

    internal BackoffPolicy Backoff { get; } = BackoffPolicy.From(snapshot);

    internal ActiveLimits ActiveLimits { get; } = ActiveLimits.From(snapshot);

    internal long ContentMemoryLimit { get; } = snapshot.Get(QueueParameters.ContentMemoryLimit);

    /// <summary>How long after its arrival the sender of a message that is still here is warned; zero for never.</summary>
    internal TimeSpan DelayWarningTime { get; } = snapshot.Get(QueueParameters.DelayWarningTime);

    internal bool ConfirmsDelayCleared { get; } = snapshot.Get(QueueParameters.ConfirmDelayCleared);

    internal InDoubtAction InDoubtAction { get; } = snapshot.Get(QueueParameters.InDoubtAction);

    internal int InDoubtRetries { get; } = snapshot.Get(QueueParameters.InDoubtRetries);

    internal InDoubtFinalAction InDoubtFinalAction { get; } = snapshot.Get(QueueParameters.InDoubtFinalAction);

    internal bool IsSoftBounce { get; } = snapshot.Get(QueueParameters.SoftBounce);

    internal int DelayResolution { get; } = snapshot.Get(QueueParameters.DelayLoggingResolutionLimit);

    /// <summary>Set if the configuration stops the queue manager (<c>master_service_disable</c>): mail is taken and kept.</summary>
    internal QueueFreeze? Freeze { get; } = FreezeBy(snapshot.Get(MainParameters.MasterServiceDisable));

    /// <summary>The most recipients in one delivery of a transport; 0 for no limit.</summary>
    internal int RecipientLimit(string transport) => Snapshot.Get(transport, TransportParameters.DestinationRecipientLimit);

    /// <summary>True if a transport delivers only when the queue is flushed.</summary>
    internal bool IsDeferred(string transport) => _deferredTransports.Count > 0 && _deferredTransports.Contains(transport);

    /// <summary>The pause before a transport that is out of order is tried again.</summary>
    internal TimeSpan TransportRetryTime { get; } = snapshot.Get(QueueParameters.TransportRetryTime);

    /// <summary>The pause between deliveries of a transport; zero for none.</summary>
    internal TimeSpan TransportRateDelay(string transport) => Snapshot.Get(transport, TransportParameters.TransportRateDelay);

    /// <summary>The pace of the destinations of a transport.</summary>
    internal PacePolicy PaceOf(string transport)
    {
        var rateDelay = Snapshot.Get(transport, TransportParameters.DestinationRateDelay);
        var concurrency = new ConcurrencyPolicy(
            Snapshot.Get(transport, TransportParameters.InitialDestinationConcurrency),
            Snapshot.Get(transport, TransportParameters.DestinationConcurrencyLimit),
            Snapshot.Get(transport, TransportParameters.DestinationConcurrencyPositiveFeedback),
            Snapshot.Get(transport, TransportParameters.DestinationConcurrencyNegativeFeedback),
            Snapshot.Get(transport, TransportParameters.DestinationConcurrencyFailedCohortLimit));
        return new PacePolicy(concurrency.Corrected(rateDelay), rateDelay, rateDelay > TimeSpan.Zero ? rateDelay : Backoff.Minimal);
    }

    /// <summary>The log of a transport; that of the queue for mail whose transport is gone.</summary>
    internal ServiceLog LogOf(string transport, ServiceLog fallback) =>
        Transports.TryGetValue(transport, out var service) ? service.Log : fallback;

    private static QueueFreeze? FreezeBy(IReadOnlyList<string> disabled) =>
        DisabledServices.Covers(disabled, "qmgr", "fifo") || DisabledServices.Covers(disabled, "qmgr", "unix")
            ? new QueueFreeze(FreezeScope.All, "", $"master_service_disable = {string.Join(' ', disabled)}", DateTimeOffset.MinValue, null)
            : null;
}
