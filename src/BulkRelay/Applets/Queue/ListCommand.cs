using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets.Queue;

/// <summary><c>bulkrelay queue list</c>: the messages of a filter as a table, as JSON, or counted.</summary>
internal static class ListCommand
{
    /// <summary>Rows that the widths of the columns are taken from; what comes behind them flows on in the same columns.</summary>
    private const int Sample = 500;

    public static Command Make(QueueConsole console)
    {
        var filter = new FilterOptions();
        var count = new Option<bool>("--count") { Description = "print only how many they are" };
        var limit = new Option<long?>("--limit") { Description = "print no more than this many", HelpName = "N" };
        var command = console.Make("list", "Lists messages in order of arrival, with why they are still here. Without options: all of them. * in a value stands for anything.",
            ["list --domain example.com --reason 'mailbox full'", "list --sender 'news@*' --older-than 4h --count", "list --state hold --json"],
            (parsed, queue, cancel) => RunAsync(filter.Read(parsed, TimeProvider.System.GetUtcNow()), parsed.GetValue(count),
                parsed.GetValue(limit) ?? long.MaxValue, parsed.GetValue(console.Json), queue, console.Output, cancel));
        filter.AddTo(command);
        command.Add(count);
        command.Add(limit);
        command.Add(console.Json);
        return command;
    }

    private static async Task<int> RunAsync(
        QueueFilter filter, bool countOnly, long limit, bool asJson, IQueueAccess queue, TextWriter output, CancellationToken cancel)
    {
        if (countOnly)
        {
            var count = await queue.CountAsync(filter, cancel);
            await output.WriteLineAsync(asJson ? string.Create(CultureInfo.InvariantCulture, $"{{\"messages\":{count}}}") : count.ToString(CultureInfo.InvariantCulture));
            return 0;
        }
        var table = new ConsoleTable(output, Sample, "ID", "STATE", ">AGE", ">SIZE", "SENDER", "RECIPIENT", "REASON");
        long listed = 0;
        if (limit > 0)
            await foreach (var message in queue.ListAsync(filter, cancel))
            {
                if (asJson) await output.WriteLineAsync(JsonSerializer.Serialize(message, AdminJson.Readable.ListedMessage));
                else Add(message, table);
                if (++listed == limit) break;
            }
        if (asJson) return 0;
        table.Flush();
        await output.WriteLineAsync(listed == 0 ? "no messages" : string.Create(CultureInfo.InvariantCulture, $"{listed:N0} message{(listed == 1 ? "" : "s")}{(listed == limit ? " (--limit)" : "")}"));
        return 0;
    }

    private static void Add(ListedMessage message, ConsoleTable table)
    {
        var recipients = message.Recipients;
        var more = recipients.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" (+{recipients.Count - 1:N0})") : "";
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(message.ArrivalTime);
        table.Add(message.QueueId, message.ForcedExpire ? message.QueueName + "#" : message.QueueName, ConsoleTable.Span(age),
            message.MessageSize.ToString("N0", CultureInfo.InvariantCulture), message.Sender, (recipients.Count > 0 ? recipients[0].Address : "-") + more,
            recipients.FirstOrDefault(r => r.DelayReason is not null)?.DelayReason ?? "");
    }
}
