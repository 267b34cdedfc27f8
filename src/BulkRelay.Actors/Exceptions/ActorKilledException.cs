namespace BulkRelay.Actors;

/// <summary>The failure of an actor that received <see cref="Kill"/>.</summary>
public sealed class ActorKilledException(string message) : AkkaException(message);
