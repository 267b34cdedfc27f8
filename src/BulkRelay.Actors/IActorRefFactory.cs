namespace BulkRelay.Actors;

/// <summary>A parent for new actors: the system, or the context of an actor.</summary>
public interface IActorRefFactory
{
    /// <summary>
    /// Starts an actor below this one. Returns before its constructor has run; a constructor that throws is a failure of the child,
    /// which the parent's strategy decides on.
    /// </summary>
    /// <param name="props">What to create.</param>
    /// <param name="name">Unique among the living children; null for a generated one.</param>
    /// <exception cref="InvalidActorNameException">
    /// The name is taken, empty, starts with <c>$</c> or has characters that no path takes.
    /// </exception>
    /// <exception cref="InvalidOperationException">The parent is stopping or has stopped.</exception>
    IActorRef ActorOf(Props props, string? name = null);
}
