namespace BulkRelay.Actors;

public static class ActorRefExtensions
{
    /// <summary>Whether the reference stands for no actor: null or <see cref="ActorRefs.Nobody"/>.</summary>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody;
}
