namespace BulkRelay.Actors;

/// <summary>
/// The address of one actor, from its creation to its end; a restart keeps it, a successor of the same name has another one.
/// Safe to use from any thread and to keep after the actor has ended: messages then become dead letters.
/// </summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>
{
    ActorPath Path { get; }
}
