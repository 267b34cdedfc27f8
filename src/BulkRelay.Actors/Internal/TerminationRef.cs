namespace BulkRelay.Actors.Internal;

/// <summary>Watches from outside of actors: completes when it is told of the end of the actor that it watches.</summary>
internal sealed class TerminationRef(ActorSystem system, ActorPath path) : ActorRefBase(system, path)
{
    private readonly TaskCompletionSource<bool> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>True: the actor has ended. False: given up.</summary>
    public Task<bool> Ended => _ended.Task;

    public override bool IsTerminated => _ended.Task.IsCompleted;

    public void GiveUp() => _ended.TrySetResult(false);

    public override void SendSystemMessage(SystemMessage message)
    {
        if (message is SystemMessage.DeathWatchNotification)
            _ended.TrySetResult(true);
    }

    protected override void TellInternal(object message, IActorRef? sender) => System.DeadLetterRef.Publish(message, sender, this);
}
