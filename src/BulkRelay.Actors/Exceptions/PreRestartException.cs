namespace BulkRelay.Actors;

/// <summary><c>PreRestart</c> threw. Reported only; the restart goes on.</summary>
public sealed class PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
    : ActorInitializationException(
        actor, $"Exception in PreRestart({cause.GetType().Name}, {optionalMessage?.GetType().Name ?? "none"})", restartException)
{
    /// <summary>What <c>PreRestart</c> threw.</summary>
    public Exception RestartException { get; } = restartException;

    /// <summary>The message that the actor had failed on.</summary>
    public object? OptionalMessage { get; } = optionalMessage;
}
