using System.Globalization;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary>The listing of <c>postqueue -p</c>, <c>mailq</c> and <c>sendmail -bp</c>, in Postfix's form.</summary>
internal static class QueueListing
{
    private const string Heading = "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------";

    /// <summary>Prints all messages and the line of totals.</summary>
    public static async Task PrintAsync(IAsyncEnumerable<ListedMessage> messages, TextWriter output)
    {
        long count = 0, octets = 0;
        await foreach (var message in messages)
        {
            if (count++ == 0) await output.WriteLineAsync(Heading);
            octets += message.MessageSize;
            Print(message, output);
        }
        await output.WriteLineAsync(count == 0 ? "Mail queue is empty"
            : string.Create(CultureInfo.InvariantCulture, $"-- {octets / 1024} Kbytes in {count} Request{(count == 1 ? "" : "s")}."));
    }

    private static void Print(ListedMessage message, TextWriter output)
    {
        var mark = message.QueueName switch { "active" => "*", "hold" => "!", _ => " " };
        var arrival = DateTimeOffset.FromUnixTimeSeconds(message.ArrivalTime).ToLocalTime();
        var date = arrival.ToString(arrival.Day < 10 ? "ddd MMM  d HH:mm:ss" : "ddd MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{message.QueueId + mark,-11} {message.MessageSize,7} {date}  {message.Sender}"));
        string? reason = null;
        foreach (var recipient in message.Recipients.OrderBy(r => r.DelayReason, StringComparer.Ordinal))
        {
            if (recipient.DelayReason is { } why && why != reason) output.WriteLine($"({why})".PadLeft(76));
            reason = recipient.DelayReason;
            output.WriteLine($"{"",41}{recipient.Address}");
        }
        output.WriteLine();
    }
}
