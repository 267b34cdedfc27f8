namespace BulkRelay.Actors.Internal;

/// <summary>The reference to an actor with a mailbox.</summary>
internal sealed class LocalActorRef : ActorRefBase
{
    public LocalActorRef(ActorSystem system, ActorPath path, Props props, IInternalActorRef parent, Children? children = null)
        : base(system, path) =>
        Cell = new ActorCell(system, this, props, parent, children);

    public ActorCell Cell { get; }

    public override bool IsTerminated => Cell.IsTerminated;

    public override void SendSystemMessage(SystemMessage message) => Cell.Mailbox.PostSystem(message);

    protected override void TellInternal(object message, IActorRef? sender) => Cell.Mailbox.Post(message, sender);
}
