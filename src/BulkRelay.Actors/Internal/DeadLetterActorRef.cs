namespace BulkRelay.Actors.Internal;

/// <summary>Publishes what it gets. Stands for the receiver of messages that have none.</summary>
internal sealed class DeadLetterActorRef(ActorSystem system, ActorPath path) : ActorRefBase(system, path)
{
    public override bool IsTerminated => false;

    public override void SendSystemMessage(SystemMessage message)
    {
        if (message is SystemMessage.Watch watch)
            watch.Watcher.SendSystemMessage(new SystemMessage.DeathWatchNotification(this));
    }

    /// <summary>Publishes a message that its recipient could not take. A dead letter that cannot be delivered itself is dropped.</summary>
    public void Publish(object message, IActorRef? sender, IActorRef recipient)
    {
        if (message is not (IDeadLetterSuppression or DeadLetter))
            System.EventStream.Publish(new DeadLetter(message, sender ?? this, recipient));
    }

    protected override void TellInternal(object message, IActorRef? sender) => Publish(message, sender, this);
}
