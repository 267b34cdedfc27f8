namespace BulkRelay.Actors.Internal;

/// <summary>The parent of the user's top-level actors: <c>akka://system/user</c>. Supervises them by the default strategy.</summary>
internal sealed class Guardian : UntypedActor
{
    protected override void OnReceive(object message) => Unhandled(message);
}
