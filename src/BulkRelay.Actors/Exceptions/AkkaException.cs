namespace BulkRelay.Actors;

/// <summary>The base of the kernel's exceptions.</summary>
public abstract class AkkaException(string? message, Exception? cause = null) : Exception(message, cause);
