using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.EndToEnd.Ledger;

/// <summary>Messages whose every octet is known beforehand, with lines that tempt a relay to change them.</summary>
internal static class LedgerMessage
{
    /// <summary>A message of about <paramref name="size"/> octets in canonical form, complete with Date and Message-ID.</summary>
    public static byte[] Create(string id, int size)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"From: sender@campaign.test\r\nTo: somebody@dest.test\r\nSubject: ledger {id}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"Date: Sat, 21 Nov 2026 12:00:00 +0000\r\nMessage-ID: <{id}@campaign.test>\r\nX-Ledger-Id: {id}\r\n\r\n");
        text.Append(".\r\n..\r\n. a dot and a blank\r\nFrom the start of a line\r\n\r\ntrailing blanks  \r\n\t\r\n");
        var seed = SHA256.HashData(Encoding.ASCII.GetBytes(id));
        while (text.Length < size) text.Append(Convert.ToBase64String(seed = SHA256.HashData(seed))).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>The same with dots stuffed and the final dot.</summary>
    public static byte[] OnTheWire(byte[] content)
    {
        var text = Encoding.ASCII.GetString(content).Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        return Encoding.ASCII.GetBytes((text.StartsWith('.') ? "." : "") + text + ".\r\n");
    }
}
