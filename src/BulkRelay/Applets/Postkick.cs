using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Applets;

/// <summary><c>postkick public qmgr F</c>: Postfix's way for scripts to have the queue tried at once.</summary>
internal static class Postkick
{
    private const string Usage = "postkick [-c config_dir] [-v] class service request";

    /// <summary>Requests of the queue manager that begin a queue run: flush what is dead, all time stamps, deferred mail.</summary>
    private const string RunRequests = "FAD";

    /// <summary>Services that scripts kick. All but the queue manager do by themselves what they would be asked for.</summary>
    private static readonly HashSet<string> Services = new(StringComparer.Ordinal) { "qmgr", "pickup", "flush", "tlsmgr", "verify" };

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool("postkick", Usage, 1, output, error);
        if (!tool.TryParse(args, "c:v", out var options, out var status)) return status;
        if (options.Arguments is not [var kind, var service, var request]) return tool.BadUsage();
        return await tool.WithQueueAsync(options, async (queue, _) =>
        {
            if (!queue.IsRunning || !Services.Contains(service) || kind is not ("public" or "private"))
            {
                tool.Say($"warning: Cannot contact class {kind} service {service} - perhaps the mail system is down");
                return 1;
            }
            if (service == "qmgr" && request.AsSpan().ContainsAny(RunRequests))
            {
                var changes = queue.ChangeAsync(QueueChange.Retry, QueueFilter.All, long.MaxValue, "postkick", CancellationToken.None);
                await foreach (var changed in changes) { }
            }
            return 0;
        });
    }
}
