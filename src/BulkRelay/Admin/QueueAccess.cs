using BulkRelay.Core.Configuration;

namespace BulkRelay.Server.Admin;

/// <summary>Opens the queue for a command, and knows what can be in the way.</summary>
internal static class QueueAccess
{
    /// <summary>The queue of a configuration: through the relay if one runs on it.</summary>
    public static IQueueAccess Open(ConfigSnapshot snapshot) =>
        ControlSocket.Connect(RelayFinder.QueueDirectory(snapshot)) ?? (IQueueAccess)new StoredQueue(snapshot);

    /// <summary>True for what is no fault of the program.</summary>
    public static bool IsFailure(Exception e) => e is HttpRequestException or IOException or UnauthorizedAccessException;

    /// <summary>The failure in one line.</summary>
    public static string Explain(Exception e) => e is HttpRequestException or HttpIOException ? $"the relay does not answer: {e.Message}" : e.Message;
}
