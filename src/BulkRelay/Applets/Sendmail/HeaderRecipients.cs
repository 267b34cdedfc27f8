using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Server.Applets.Sendmail;

/// <summary>
/// The recipients that stand in a message (<c>sendmail -t</c>): in <c>To</c>, <c>Cc</c> and <c>Bcc</c>, or, of a message that was sent
/// again, in their <c>Resent-</c> forms only (RFC 5322 section 3.6.6).
/// </summary>
internal static class HeaderRecipients
{
    private static readonly HashSet<string> First = new(StringComparer.OrdinalIgnoreCase) { "To", "Cc", "Bcc" };
    private static readonly HashSet<string> Resent = new(StringComparer.OrdinalIgnoreCase) { "Resent-To", "Resent-Cc", "Resent-Bcc" };

    /// <summary>Reads the head of a message.</summary>
    public static IReadOnlyList<string> Of(Stream message)
    {
        var (first, resent) = (new List<string>(), new List<string>());
        using var reader = new StreamReader(message, new UTF8Encoding(false), leaveOpen: true);
        var (name, value) = ("", new StringBuilder());
        while (reader.ReadLine() is { } line)
        {
            if (line is [' ' or '\t', ..])
            {
                value.Append('\n').Append(line);
                continue;
            }
            Take();
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            // What is no header ends the head, as cleanup sees it.
            if (colon <= 0) break;
            name = line[..colon].TrimEnd();
            value.Clear().Append(line, colon + 1, line.Length - colon - 1);
        }
        Take();
        return resent.Count > 0 ? resent : first;

        void Take()
        {
            if (First.Contains(name)) first.AddRange(AddressList.Parse(value.ToString()));
            if (Resent.Contains(name)) resent.AddRange(AddressList.Parse(value.ToString()));
            name = "";
        }
    }
}
