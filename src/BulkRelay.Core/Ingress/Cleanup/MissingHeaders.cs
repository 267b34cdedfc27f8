using System.Buffers;
using System.Globalization;
using System.Text;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// The headers that a message lacks and that Postfix adds, at the end of the head, for its own clients: Message-Id:, Date:, From:, or
/// their Resent- forms if the message was resent (RFC 6409 section 8; a relay must not do so for others).
/// </summary>
internal static class MissingHeaders
{
    /// <summary>Characters that only a quoted string may hold (RFC 5322 section 3.2.3), but for the blank.</summary>
    private static readonly SearchValues<char> Special = SearchValues.Create("()<>[]:;@\\,.\"");

    /// <summary>The lines to add, empty if nothing is missing, and the Message-Id if one is made.</summary>
    public static (byte[] Lines, string MessageId) For(
        SeenHeaders seen, SmtpdPolicy policy, Transaction transaction, ReadOnlySpan<byte> date, string fullName = "")
    {
        var isResent = seen.HasFlag(SeenHeaders.Resent);
        var prefix = isResent ? "Resent-" : "";
        var lines = new StringBuilder();
        var id = "";
        if (!seen.HasFlag(isResent ? SeenHeaders.ResentMessageId : SeenHeaders.MessageId))
        {
            id = MakeMessageId(policy, transaction);
            lines.Append(CultureInfo.InvariantCulture, $"{prefix}Message-Id: <{id}>\r\n");
        }
        if (!seen.HasFlag(isResent ? SeenHeaders.ResentDate : SeenHeaders.Date))
            lines.Append(CultureInfo.InvariantCulture, $"{prefix}Date: {Encoding.ASCII.GetString(date)}\r\n");
        if (!seen.HasFlag(isResent ? SeenHeaders.ResentFrom : SeenHeaders.From))
            lines.Append(CultureInfo.InvariantCulture, $"{prefix}From: {From(policy, transaction, fullName)}\r\n");
        return (Encoding.UTF8.GetBytes(lines.ToString()), id);
    }

    private static string From(SmtpdPolicy policy, Transaction transaction, string fullName)
    {
        var address = transaction.Sender.Length > 0 ? transaction.Sender : $"MAILER-DAEMON@{policy.Hostname}";
        return fullName.Length > 0 ? $"{Phrase(fullName)} <{address}>" : address;
    }

    /// <summary>A name as RFC 5322 has it before an address: quoted unless it is of plain words.</summary>
    private static string Phrase(string name)
    {
        var printable = string.Concat(name.Where(c => !char.IsControl(c)));
        return printable.AsSpan().ContainsAny(Special) ? $"\"{printable.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : printable;
    }

    private static string MakeMessageId(SmtpdPolicy policy, Transaction transaction) => policy.LongQueueIds
        ? $"{transaction.QueueId}@{policy.Hostname}"
        : string.Create(CultureInfo.InvariantCulture,
            $"{transaction.Arrived.UtcDateTime:yyyyMMddHHmmss}.{transaction.QueueId}@{policy.Hostname}");
}
