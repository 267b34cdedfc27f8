namespace BulkRelay.Actors;

/// <summary>The constructor or <c>PostRestart</c> of the new instance threw.</summary>
public sealed class PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
    : ActorInitializationException(actor, $"Exception after the restart for {originalCause.GetType().Name}", cause)
{
    /// <summary>Why the actor was to be restarted.</summary>
    public Exception OriginalCause { get; } = originalCause;
}
