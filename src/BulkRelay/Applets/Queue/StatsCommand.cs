using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue stats</c>: how much waits, and for which destinations.</summary>
internal static class StatsCommand
{
    public static Command Make(QueueConsole console)
    {
        var limit = new Option<int>("--limit") { Description = "list no more destinations than this", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = console.Make("stats", "Counts what waits, in all and for each destination, the largest first.", ["stats", "stats --limit 100", "stats --json"],
            async (parsed, queue, cancel) =>
            {
                var destinations = (await queue.SummarizeAsync(cancel)).OrderByDescending(d => d.Recipients).ToList();
                if (parsed.GetValue(console.Json)) await console.Output.WriteLineAsync(JsonSerializer.Serialize(destinations, AdminJson.Readable.IReadOnlyListDestinationSummary));
                else Print(await queue.CountAsync(QueueFilter.All, cancel), destinations, parsed.GetValue(limit), await queue.FreezesAsync(cancel), console.Output);
                return 0;
            });
        command.Add(limit);
        command.Add(console.Json);
        return command;
    }

    private static void Print(long messages, List<DestinationSummary> destinations, int limit, IReadOnlyList<QueueFreeze> freezes, TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"messages {messages:N0}, recipients {destinations.Sum(d => d.Recipients):N0}, destinations {destinations.Count:N0}"));
        foreach (var freeze in freezes) output.WriteLine($"frozen: {FreezeText.Of(freeze)}");
        if (destinations.Count == 0) return;
        output.WriteLine();
        var table = new ConsoleTable(output, int.MaxValue, "DESTINATION", ">RECIPIENTS", ">UNTRIED", ">HELD", ">FROZEN", ">IN DOUBT", ">FIRST DUE");
        foreach (var d in destinations.Take(limit)) table.Add([d.Destination.ToString(), .. Row(d.Recipients, d.Untried, d.Held, d.Frozen, d.InDoubt), Due(d.FirstDue)]);
        if (destinations.Count > limit)
            table.Add([string.Create(CultureInfo.InvariantCulture, $"{destinations.Count - limit:N0} others"), .. Sum(destinations.Skip(limit).ToList()), ""]);
        table.Add(["all", .. Sum(destinations), ""]);
        table.Flush();
    }

    private static string[] Sum(List<DestinationSummary> d) =>
        Row(d.Sum(x => x.Recipients), d.Sum(x => x.Untried), d.Sum(x => x.Held), d.Sum(x => x.Frozen), d.Sum(x => x.InDoubt));

    private static string[] Row(params long[] numbers) => [.. numbers.Select(n => n.ToString("N0", CultureInfo.InvariantCulture))];

    private static string Due(DateTimeOffset? due)
    {
        if (due is not { } time) return "-";
        var rest = time - TimeProvider.System.GetUtcNow();
        return rest <= TimeSpan.Zero ? "now" : $"in {ConsoleTable.Span(rest)}";
    }
}
