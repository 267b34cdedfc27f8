using System.Globalization;

namespace BulkRelay.Server.Applets;

/// <summary><c>postsuper -d</c>: deletes messages by queue id, all of them, or those whose ids stand on standard input.</summary>
internal static class Postsuper
{
    private const string Usage = "usage: postsuper [-c config_dir] -d queue_id | -d ALL | -d -";

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool("postsuper", Usage, output, error);
        if (!tool.TryParse(args, "c:d:", out var options, out var status)) return status;
        if (!options.Has('d')) return tool.Fatal("say what to delete: -d queue_id, -d ALL, or -d - for ids on standard input");
        return await tool.WithQueueAsync(options, async queue =>
        {
            var deleted = 0;
            foreach (var what in options.Values('d'))
                await foreach (var id in IdsAsync(what, queue))
                {
                    if (!await queue.DeleteAsync(id, CancellationToken.None)) continue;
                    deleted++;
                    if (what != "ALL") await error.WriteLineAsync($"postsuper: {id}: removed");
                }
            if (deleted > 0) await error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"postsuper: Deleted: {deleted} message{(deleted == 1 ? "" : "s")}"));
            return 0;
        });
    }

    private static async IAsyncEnumerable<string> IdsAsync(string what, Admin.IQueueAccess queue)
    {
        if (what == "ALL")
            await foreach (var message in queue.ListAsync(CancellationToken.None)) yield return message.QueueId;
        else if (what != "-") yield return what;
        else
            while (await Console.In.ReadLineAsync() is { } line)
                if (line.Trim() is { Length: > 0 } id) yield return id;
    }
}
