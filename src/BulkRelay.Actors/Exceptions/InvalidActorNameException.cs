namespace BulkRelay.Actors;

/// <summary>A name that no actor can have, or that a living sibling has.</summary>
public sealed class InvalidActorNameException(string message) : AkkaException(message);
