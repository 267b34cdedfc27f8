namespace BulkRelay.Actors.Internal;

/// <summary>Where an actor is in its life; apart from a restart, it only moves forward.</summary>
internal enum ActorState
{
    /// <summary>Handles messages, or waits for its supervisor's decision on a failure.</summary>
    Live,

    /// <summary>Waits for children to end before the new instance is created.</summary>
    Restarting,

    /// <summary>Waits for children to end before <c>PostStop</c>.</summary>
    Terminating,

    Terminated,
}
