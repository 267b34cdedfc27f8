using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue frozen</c>: lists the freezes.</summary>
internal static class FrozenCommand
{
    public static Command Make(QueueConsole console)
    {
        var command = console.Make("frozen", "Lists what is frozen, why, since when, and until when.", ["frozen"], async (parsed, queue, cancel) =>
        {
            var freezes = await queue.FreezesAsync(cancel);
            if (parsed.GetValue(console.Json))
            {
                await console.Output.WriteLineAsync(JsonSerializer.Serialize(freezes, AdminJson.Readable.IReadOnlyListQueueFreeze));
                return 0;
            }
            var table = new ConsoleTable(console.Output, int.MaxValue, "WHAT", "SINCE", "UNTIL", "REASON");
            foreach (var f in freezes) table.Add(FreezeText.NameOf(f.Scope, f.Name), Time(f.Since), f.Until is { } until ? Time(until) : "-", f.Reason);
            table.Flush();
            if (freezes.Count == 0) await console.Output.WriteLineAsync("nothing is frozen");
            return 0;
        });
        command.Add(console.Json);
        return command;
    }

    private static string Time(DateTimeOffset time) =>
        time == DateTimeOffset.MinValue ? "-" : time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
