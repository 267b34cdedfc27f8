using System.Text.Json;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Maildrop;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary><c>postqueue</c>: lists the queue (<c>-p</c>, <c>-j</c>) and has it tried at once: all (<c>-f</c>), one site (<c>-s</c>), one message (<c>-i</c>).</summary>
internal static class Postqueue
{
    private const string Usage = "postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site";

    private const string SiteCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:[]";

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool("postqueue", Usage, QueueTool.Unavailable, output, error);
        if (!tool.TryParse(args, "c:fi:jps:v", out var options, out var status)) return status;
        var modes = "fijps".Where(options.Has).ToList();
        if (modes is not [var mode] || options.Arguments.Count > 0) return tool.BadUsage();
        var value = options.Value(mode) ?? "";
        if (mode == 's' && (value.Length == 0 || value.Trim(SiteCharacters.ToCharArray()).Length > 0))
            return tool.Fatal($"Cannot flush mail queue - invalid destination: \"{Shortened(value)}\"");
        if (mode == 'i' && (value.Length == 0 || !value.All(char.IsAsciiLetterOrDigit)))
            return tool.Fatal($"Cannot flush queue ID - invalid name: \"{Shortened(value)}\"");
        return await tool.WithQueueAsync(options, (queue, snapshot) => mode is 'p' or 'j'
            ? ListAsync(mode, queue, snapshot, tool) : FlushAsync(mode, value, queue, tool));
    }

    private static async Task<int> ListAsync(char mode, IQueueAccess queue, ConfigSnapshot snapshot, QueueTool tool)
    {
        if (!queue.IsRunning) tool.Say("warning: Mail system is down -- accessing queue directly");
        var messages = queue.ListAsync(QueueFilter.All, CancellationToken.None);
        if (mode == 'p')
        {
            await new QueueListing(tool.Output, snapshot.Get(CleanupParameters.EnableLongQueueIds)).PrintAsync(messages);
            await CountMaildropAsync(ConfigFolder.QueueDirectory(snapshot), tool.Output);
        }
        else
            await foreach (var message in messages)
                await tool.Output.WriteLineAsync(JsonSerializer.Serialize(message, AdminJson.Readable.ListedMessage));
        return 0;
    }

    /// <summary>What programs of this machine have left while the relay was down is in no queue yet. Its owner alone may count it.</summary>
    private static async Task CountMaildropAsync(string queueDirectory, TextWriter output)
    {
        try
        {
            var count = new MaildropFolder(queueDirectory).Files.Count();
            if (count > 0) await output.WriteLineAsync($"-- {count} Request{(count == 1 ? "" : "s")} in the maildrop folder, to be taken in when the relay runs.");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            await output.WriteLineAsync("-- The maildrop folder cannot be read by this user.");
        }
    }

    /// <summary>Makes mail due. It is the relay's to deliver it, so it has to run.</summary>
    private static async Task<int> FlushAsync(char mode, string value, IQueueAccess queue, QueueTool tool)
    {
        if (!queue.IsRunning) return tool.Fatal("Cannot flush mail queue - mail system is down");
        var filter = mode switch
        {
            'f' => QueueFilter.All,
            'i' => new() { QueueIds = [value] },
            _ => new() { Sites = [value] },
        };
        await foreach (var _ in queue.ChangeAsync(QueueChange.Retry, filter, long.MaxValue, "postqueue", CancellationToken.None)) { }
        return 0;
    }

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "...";
}

/// <summary><c>mailq</c>: the listing of <c>postqueue -p</c>.</summary>
internal static class Mailq
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error) =>
        Postqueue.RunAsync(args is ["--help", ..] ? args : ["-p", .. args], output, error);
}
