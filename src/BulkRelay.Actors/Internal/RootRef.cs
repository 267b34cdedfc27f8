namespace BulkRelay.Actors.Internal;

/// <summary>The parent of the guardian: learns that the last actor has ended.</summary>
internal sealed class RootRef(ActorSystem system, ActorPath path) : ActorRefBase(system, path)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _ended.Task;

    public override bool IsTerminated => _ended.Task.IsCompleted;

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case SystemMessage.DeathWatchNotification:
                _ended.TrySetResult();
                break;
            case SystemMessage.Failed failed:
                failed.Child.SendSystemMessage(new SystemMessage.Terminate());
                break;
        }
    }

    protected override void TellInternal(object message, IActorRef? sender) => System.DeadLetterRef.Publish(message, sender, this);
}
