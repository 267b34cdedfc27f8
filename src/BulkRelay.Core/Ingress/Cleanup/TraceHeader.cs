using System.Globalization;
using System.Text.Unicode;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>The Received: header of this relay (RFC 5321 section 4.4), in the form in which Postfix writes it.</summary>
internal static class TraceHeader
{
    /// <summary>Room for the longest header: two names of 255 characters and an address of 1,000 in UTF-8, and the rest.</summary>
    public const int MaxLength = 8 * 1024;

    /// <summary>Writes the header with its line end and returns its length. The recipient is named only if there is no other.</summary>
    public static int Write(Span<byte> target, SmtpdPolicy policy, Transaction transaction, Client client, ReadOnlySpan<byte> date)
    {
        var from = transaction.HeloName.Length > 0 ? transaction.HeloName : client.Name;
        Utf8.TryWrite(target, CultureInfo.InvariantCulture,
            $"Received: from {from} ({client.Name} [{client.TraceAddress}])\r\n", out var length);
        Utf8.TryWrite(target[length..], CultureInfo.InvariantCulture,
            $"\tby {policy.Hostname} ({policy.MailName}) with {transaction.TraceProtocol} id {transaction.QueueId}", out var written);
        length += written;
        if (transaction.Recipients is [var only])
            Utf8.TryWrite(target[length..], CultureInfo.InvariantCulture, $"\r\n\tfor <{only.Address}>; ", out written);
        else Utf8.TryWrite(target[length..], CultureInfo.InvariantCulture, $";\r\n\t", out written);
        length += written;
        date.CopyTo(target[length..]);
        length += date.Length;
        "\r\n"u8.CopyTo(target[length..]);
        return length + 2;
    }
}
