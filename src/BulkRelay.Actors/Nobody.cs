using BulkRelay.Actors.Internal;

namespace BulkRelay.Actors;

/// <summary>A reference to no actor: swallows messages. See <see cref="ActorRefs.Nobody"/>.</summary>
public sealed class Nobody : IInternalActorRef
{
    internal static readonly Nobody Instance = new();

    private Nobody()
    {
    }

    public ActorPath Path { get; } = new ActorPath("all-systems").Child("Nobody");

    ActorSystem? IInternalActorRef.System => null;

    bool IInternalActorRef.IsTerminated => true;

    public void Tell(object message, IActorRef? sender)
    {
    }

    public bool Equals(IActorRef? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => 0;

    public override string ToString() => $"[{Path}]";

    void IInternalActorRef.SendSystemMessage(SystemMessage message)
    {
    }
}
