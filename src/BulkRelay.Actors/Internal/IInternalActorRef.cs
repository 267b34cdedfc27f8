namespace BulkRelay.Actors.Internal;

/// <summary>What the kernel needs of every reference.</summary>
internal interface IInternalActorRef : IActorRef
{
    /// <summary>Null for a reference that belongs to none (<see cref="Nobody"/>).</summary>
    ActorSystem? System { get; }

    bool IsTerminated { get; }

    void SendSystemMessage(SystemMessage message);
}
