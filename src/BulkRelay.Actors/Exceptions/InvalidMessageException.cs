namespace BulkRelay.Actors;

/// <summary>Null was sent as a message.</summary>
public sealed class InvalidMessageException(string message) : AkkaException(message);
