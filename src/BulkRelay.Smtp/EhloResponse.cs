using System.Globalization;

namespace BulkRelay.Smtp;

/// <summary>What a server said of itself in its reply to EHLO or HELO.</summary>
/// <param name="Domain">The name that the server gave itself; empty if it gave none.</param>
/// <param name="Extensions">What it offers. Keywords that no client here makes use of are left out.</param>
/// <param name="SizeLimit">The most octets in a message (RFC 1870); 0 if the server named no limit.</param>
public sealed record EhloResponse(string Domain, SmtpExtensions Extensions, long SizeLimit)
{
    /// <summary>Of a server that has said nothing yet.</summary>
    public static readonly EhloResponse Unknown = new("", SmtpExtensions.None, 0);

    /// <summary>The keyword of each extension. Compared without case.</summary>
    public static readonly IReadOnlyDictionary<string, SmtpExtensions> Keywords =
        new Dictionary<string, SmtpExtensions>(StringComparer.OrdinalIgnoreCase)
        {
            ["PIPELINING"] = SmtpExtensions.Pipelining,
            ["SIZE"] = SmtpExtensions.Size,
            ["8BITMIME"] = SmtpExtensions.EightBitMime,
            ["SMTPUTF8"] = SmtpExtensions.SmtpUtf8,
            ["DSN"] = SmtpExtensions.Dsn,
            ["STARTTLS"] = SmtpExtensions.StartTls,
        };

    /// <summary>True if the server offers the extension.</summary>
    public bool Offers(SmtpExtensions extension) => (Extensions & extension) == extension;

    /// <summary>Reads a positive reply to EHLO, without the extensions in <paramref name="discard"/>.</summary>
    public static EhloResponse FromEhlo(ReceivedReply reply, SmtpExtensions discard)
    {
        var extensions = SmtpExtensions.None;
        var sizeLimit = 0L;
        foreach (var line in reply.Lines.Skip(1))
        {
            var words = line[Math.Min(4, line.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || !Keywords.TryGetValue(words[0], out var extension) || (discard & extension) != 0) continue;
            extensions |= extension;
            if (extension == SmtpExtensions.Size && words.Length > 1
                && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)) sizeLimit = limit;
        }
        return new EhloResponse(DomainOf(reply), extensions, sizeLimit);
    }

    /// <summary>Reads a positive reply to HELO: there are no extensions.</summary>
    public static EhloResponse FromHelo(ReceivedReply reply) => new(DomainOf(reply), SmtpExtensions.None, 0);

    private static string DomainOf(ReceivedReply reply)
    {
        var line = reply.Lines[0];
        var text = line.AsSpan(Math.Min(4, line.Length)).Trim();
        return (text.IndexOf(' ') is var blank and >= 0 ? text[..blank] : text).ToString();
    }
}
