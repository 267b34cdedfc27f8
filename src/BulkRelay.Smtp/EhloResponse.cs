using System.Globalization;

namespace BulkRelay.Smtp;

/// <summary>What a server said of itself in its reply to EHLO or HELO.</summary>
/// <param name="Domain">The name that the server gave itself; empty if it gave none.</param>
/// <param name="Extensions">What it offers. Keywords that no client here makes use of are left out.</param>
/// <param name="SizeLimit">The most octets in a message (RFC 1870); 0 if the server named no limit.</param>
public sealed record EhloResponse(string Domain, SmtpExtensions Extensions, long SizeLimit)
{
    private const int MaxMechanisms = 64;

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
            ["AUTH"] = SmtpExtensions.Auth,
        };

    /// <summary>The mechanisms of AUTH, each once, in the server's order.</summary>
    public IReadOnlyList<string> AuthMechanisms { get; init; } = [];

    /// <summary>True if the server offers the extension.</summary>
    public bool Offers(SmtpExtensions extension) => (Extensions & extension) == extension;

    /// <summary>Reads a positive reply to EHLO, without the extensions in <paramref name="discard"/>.</summary>
    public static EhloResponse FromEhlo(ReceivedReply reply, SmtpExtensions discard)
    {
        var extensions = SmtpExtensions.None;
        var sizeLimit = 0L;
        var mechanisms = new List<string>();
        foreach (var line in reply.Lines.Skip(1))
        {
            var words = line[Math.Min(4, line.Length)..].Split(WordEnds(line), StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || !Keywords.TryGetValue(words[0], out var extension) || (discard & extension) != 0) continue;
            extensions |= extension;
            if (extension == SmtpExtensions.Size && words.Length > 1
                && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var limit)) sizeLimit = limit;
            if (extension == SmtpExtensions.Auth) Add(mechanisms, words.AsSpan(1));
        }
        return new EhloResponse(DomainOf(reply), extensions, sizeLimit) { AuthMechanisms = mechanisms };
    }

    /// <summary>Reads a positive reply to HELO: there are no extensions.</summary>
    public static EhloResponse FromHelo(ReceivedReply reply) => new(DomainOf(reply), SmtpExtensions.None, 0);

    /// <summary>Old servers write <c>AUTH=PLAIN LOGIN</c>.</summary>
    private static char[] WordEnds(string line) =>
        line.AsSpan(Math.Min(4, line.Length)).StartsWith("AUTH=", StringComparison.OrdinalIgnoreCase) ? [' ', '='] : [' '];

    /// <summary>Adds the names that can be those of mechanisms (RFC 4422 section 3.1).</summary>
    private static void Add(List<string> mechanisms, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var isName = name.Length <= 20 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
            if (isName && mechanisms.Count < MaxMechanisms && !mechanisms.Contains(name, StringComparer.OrdinalIgnoreCase)) mechanisms.Add(name);
        }
    }

    private static string DomainOf(ReceivedReply reply)
    {
        var line = reply.Lines[0];
        var text = line.AsSpan(Math.Min(4, line.Length)).Trim();
        return (text.IndexOf(' ') is var blank and >= 0 ? text[..blank] : text).ToString();
    }
}
