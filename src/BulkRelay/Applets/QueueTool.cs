using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary>Gives the queue commands the queue: through the running relay, or the store itself while the relay is down.</summary>
internal static class QueueTool
{
    /// <summary>
    /// Opens the queue of the configuration that <c>-c</c> names and runs the command. Whatever is in the way is one line on
    /// <paramref name="error"/> and exit status 1.
    /// </summary>
    public static async Task<int> WithQueueAsync(PostfixOptions options, TextWriter error, Func<IQueueAccess, Task<int>> command)
    {
        if (ConfigFolder.Open(options.Value('c'), [], error) is not { } configuration) return 1;
        try
        {
            await using var queue = Open(configuration.Current);
            return await command(queue);
        }
        catch (Exception e) when (e is HttpRequestException or QueueStoreException or UnauthorizedAccessException)
        {
            return options.Misuse(error, e is HttpRequestException ? $"the relay does not answer: {e.Message}" : e.Message);
        }
    }

    private static IQueueAccess Open(ConfigSnapshot snapshot)
    {
        var directory = ConfigFolder.QueueDirectory(snapshot);
        return ControlSocket.Connect(directory) ?? (IQueueAccess)new StoredQueue(snapshot);
    }
}
