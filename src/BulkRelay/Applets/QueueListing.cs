using System.Globalization;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Applets;

/// <summary>The listing of <c>postqueue -p</c>, <c>mailq</c> and <c>sendmail -bp</c>, in Postfix's form.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="hasLongIds">The columns are those for <c>enable_long_queue_ids = yes</c>.</param>
internal sealed class QueueListing(TextWriter output, bool hasLongIds)
{
    private const int ReasonEnd = 78;

    private readonly int _margin = hasLongIds ? 47 : 41;

    /// <summary>Prints all messages and the line of totals.</summary>
    public async Task PrintAsync(IAsyncEnumerable<ListedMessage> messages)
    {
        long count = 0, octets = 0;
        await foreach (var message in messages)
        {
            if (count++ == 0)
                await output.WriteLineAsync(hasLongIds ? "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------"
                    : "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------");
            octets += message.MessageSize;
            Print(message);
        }
        await output.WriteLineAsync(count == 0 ? "Mail queue is empty"
            : string.Create(CultureInfo.InvariantCulture, $"-- {octets / 1024} Kbytes in {count} Request{(count == 1 ? "" : "s")}."));
    }

    private void Print(ListedMessage message)
    {
        var mark = message.QueueName switch { "active" => "*", "hold" => "!", _ => message.ForcedExpire ? "#" : " " };
        var id = message.QueueId + mark;
        var arrival = DateTimeOffset.FromUnixTimeSeconds(message.ArrivalTime).ToLocalTime();
        var date = arrival.ToString(arrival.Day < 10 ? "ddd MMM  d HH:mm:ss" : "ddd MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
        output.WriteLine(hasLongIds ? string.Create(CultureInfo.InvariantCulture, $"{id,-17} {message.MessageSize,8} {date} {message.Sender}")
            : string.Create(CultureInfo.InvariantCulture, $"{id,-11} {message.MessageSize,7} {date}  {message.Sender}"));
        string? reason = null;
        foreach (var recipient in message.Recipients.OrderBy(r => r.DelayReason, StringComparer.Ordinal))
        {
            if (recipient.DelayReason is { } why && why != reason) output.WriteLine($"({why})".PadLeft(ReasonEnd));
            reason = recipient.DelayReason;
            output.WriteLine(new string(' ', _margin) + recipient.Address);
        }
        output.WriteLine();
    }
}
