using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>Sent to those who watch an actor, once it has ended and its children with it.</summary>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    : IAutoReceivedMessage, IDeadLetterSuppression
{
    public IActorRef ActorRef { get; } = actorRef;

    /// <summary>Always true here: a local reference comes from an actor that existed.</summary>
    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    /// <summary>Always false here: only actors of other processes can lose their address.</summary>
    public bool AddressTerminated { get; } = addressTerminated;

    public override string ToString() => $"<Terminated>: {ActorRef}";
}
