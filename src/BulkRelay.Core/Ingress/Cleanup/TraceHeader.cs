using System.Globalization;
using System.Text;
using System.Text.Unicode;
using BulkRelay.Core.Tls;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>The Received: header of this relay (RFC 5321 section 4.4), in the form in which Postfix writes it.</summary>
internal static class TraceHeader
{
    /// <summary>Room for the longest header: two names of 255 characters and an address of 1,000 in UTF-8, and the rest.</summary>
    public const int MaxLength = 8 * 1024;

    private const int MaxComment = 255;

    /// <summary>Writes the header with its line end and returns its length. The recipient is named only if there is no other.</summary>
    public static int Write(Span<byte> target, SmtpdPolicy policy, Transaction transaction, Client client, ReadOnlySpan<byte> date)
    {
        var from = transaction.HeloName.Length > 0 ? Name(transaction.HeloName, transaction.Parameters.SmtpUtf8) : client.Name;
        Utf8.TryWrite(target, CultureInfo.InvariantCulture,
            $"Received: from {from} ({client.Name} [{client.TraceAddress}])\r\n", out var length);
        if (transaction.Tls is { } tls && policy.Tls.AddsToReceived) length += WriteTls(target[length..], policy, tls);
        var written = 0;
        if (transaction.Sasl is { } sasl && policy.Sasl is { ShowsLogin: true })
            Utf8.TryWrite(target[length..], CultureInfo.InvariantCulture, $"\t(Authenticated sender: {Comment(sasl.Login)})\r\n", out written);
        length += written;
        Utf8.TryWrite(target[length..], CultureInfo.InvariantCulture,
            $"\tby {policy.Hostname} ({policy.MailName}) with {transaction.TraceProtocol} id {transaction.QueueId}", out written);
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

    private static int WriteTls(Span<byte> target, SmtpdPolicy policy, TlsState tls)
    {
        Utf8.TryWrite(target, CultureInfo.InvariantCulture,
            $"\t(using {tls.Protocol} with cipher {tls.Cipher} ({tls.UsedBits}/{tls.CipherBits} bits))\r\n", out var length);
        var certificate = tls.Peer is { } peer
            ? $"Client CN \"{Comment(peer.SubjectCommonName)}\", Issuer \"{Comment(peer.IssuerCommonName)}\" ({(peer.IsTrusted ? "verified OK" : "not verified")})"
            : policy.Tls.AsksForCertificate ? "Client did not present a certificate" : "No client certificate requested";
        Utf8.TryWrite(target[length..], CultureInfo.InvariantCulture, $"\t({certificate})\r\n", out var written);
        return length + written;
    }

    /// <summary>
    /// A name that the client chose. Only a message that came with SMTPUTF8 may have other characters than ASCII in its header (RFC 6531
    /// section 3.7.3): one octet more than that, and hosts that take no 8-bit mail would not take a message that is none.
    /// </summary>
    private static string Name(string name, bool isUtf8) =>
        isUtf8 || Ascii.IsValid(name) ? name : string.Concat(name.EnumerateRunes().Select(r => r.IsAscii ? (char)r.Value : '?'));

    /// <summary>A text that ends no comment and begins none.</summary>
    private static string Comment(string text) =>
        string.Concat(text.Take(MaxComment).Select(c => c is '(' or ')' or '\\' or < ' ' or > '~' ? '?' : c));
}
