namespace BulkRelay.Actors;

/// <summary>The place of an actor in the tree of its system: <c>akka://system/user/parent/child</c>.</summary>
public sealed class ActorPath
{
}
