using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary>
/// What the queue commands share: Postfix's options and its form of a mistake, and the queue itself, through the running relay or, while
/// it is down, the store.
/// </summary>
internal sealed class QueueTool(string program, string usage, TextWriter output, TextWriter error)
{
    /// <summary>Reads the options. False if there is no more to do than to return the status: after <c>--help</c>, or after a mistake.</summary>
    public bool TryParse(string[] args, string letters, out ShortOptions options, out int status)
    {
        options = ShortOptions.Parse(args, letters, out var fault);
        status = 0;
        if (args is ["--help", ..]) output.WriteLine(usage);
        else if (fault is null) return true;
        else
        {
            status = Fatal(fault);
            error.WriteLine(usage);
        }
        return false;
    }

    /// <summary>Reports in one line what is in the way and returns the exit status for it.</summary>
    public int Fatal(string what)
    {
        error.WriteLine($"{program}: fatal: {what}");
        return 1;
    }

    /// <summary>Opens the queue of the configuration that <c>-c</c> names and runs the command.</summary>
    public async Task<int> WithQueueAsync(ShortOptions options, Func<IQueueAccess, Task<int>> command)
    {
        if (ConfigFolder.Open(options.Value('c'), [], error) is not { } configuration) return 1;
        try
        {
            await using var queue = Open(configuration.Current);
            return await command(queue);
        }
        catch (Exception e) when (e is HttpRequestException or QueueStoreException or UnauthorizedAccessException)
        {
            return Fatal(e is HttpRequestException ? $"the relay does not answer: {e.Message}" : e.Message);
        }
    }

    private static IQueueAccess Open(ConfigSnapshot snapshot) =>
        ControlSocket.Connect(ConfigFolder.QueueDirectory(snapshot)) ?? (IQueueAccess)new StoredQueue(snapshot);
}
