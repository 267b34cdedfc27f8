using System.Text.Json;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary><c>postqueue -p</c> and <c>-j</c>: the queue for people and for programs.</summary>
internal static class Postqueue
{
    private const string Usage = "usage: postqueue [-c config_dir] -p | -j";

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var tool = new QueueTool("postqueue", Usage, output, error);
        if (!tool.TryParse(args, "c:pj", out var options, out var status)) return status;
        if (!options.Has('p') && !options.Has('j')) return tool.Fatal("say -p for a listing or -j for JSON");
        return await tool.WithQueueAsync(options, async queue =>
        {
            if (options.Has('p')) await QueueListing.PrintAsync(queue.ListAsync(CancellationToken.None), output);
            else
                await foreach (var message in queue.ListAsync(CancellationToken.None))
                    await output.WriteLineAsync(JsonSerializer.Serialize(message, AdminJson.Readable.ListedMessage));
            return 0;
        });
    }
}

/// <summary><c>mailq</c>: the listing of <c>postqueue -p</c>.</summary>
internal static class Mailq
{
    public static Task<int> RunAsync(string[] args, TextWriter output, TextWriter error) => Postqueue.RunAsync(["-p", .. args], output, error);
}
