namespace BulkRelay.Server.Applets.Queue;

/// <summary>The options of a filter make no sense. The message names the option and what it takes.</summary>
internal sealed class FilterException(string message) : Exception(message);
