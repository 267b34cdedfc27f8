using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>How a parent decides on failures of its children.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>
    /// Stops a child that could not be initialised, was killed or died with one it watched; restarts it after any other failure.
    /// </summary>
    public static readonly IDecider DefaultDecider = new LocalOnlyDecider(cause =>
        cause is ActorInitializationException or ActorKilledException or DeathPactException ? Directive.Stop : Directive.Restart);

    /// <summary>The strategy of an actor that chooses none: <see cref="DefaultDecider"/>, restarts without limit.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    private protected SupervisorStrategy()
    {
    }

    public abstract IDecider Decider { get; }

    /// <summary>Whether one more restart of that child is within the budget; counts it.</summary>
    internal abstract bool RequestRestart(RestartHistory history, TimeProvider time);
}
