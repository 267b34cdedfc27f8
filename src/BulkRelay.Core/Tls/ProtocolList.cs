using System.Security.Authentication;

namespace BulkRelay.Core.Tls;

/// <summary>
/// Reads lists of protocols as Postfix does: <c>&gt;=TLSv1.2, &lt;=TLSv1.3</c>, <c>!SSLv2, !SSLv3</c>, <c>TLSv1.2:TLSv1.3</c>. Spoken here are
/// TLS 1.2 and 1.3; older ones are known by name, and never used.
/// </summary>
public static class ProtocolList
{
    /// <summary>All names, the oldest first; with the protocol where it is spoken.</summary>
    private static readonly (string Name, SslProtocols Protocol)[] Names =
    [
        ("SSLv2", SslProtocols.None),
        ("SSLv3", SslProtocols.None),
        ("TLSv1", SslProtocols.None),
        ("TLSv1.1", SslProtocols.None),
        ("TLSv1.2", SslProtocols.Tls12),
        ("TLSv1.3", SslProtocols.Tls13),
    ];

    private static readonly Dictionary<string, string> Numbers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["0300"] = "SSLv3",
        ["0301"] = "TLSv1",
        ["0302"] = "TLSv1.1",
        ["0303"] = "TLSv1.2",
        ["0304"] = "TLSv1.3",
        ["TLSv1.0"] = "TLSv1",
    };

    /// <summary>The protocols that a list allows; <see cref="SslProtocols.None"/> if none of them is spoken here.</summary>
    /// <param name="text">The list; empty allows all.</param>
    /// <param name="warnings">Takes one sentence for each name that is unknown, or demanded and not spoken.</param>
    public static SslProtocols Parse(string text, ICollection<string> warnings)
    {
        var (included, excluded, any) = (0, 0, false);
        var (lowest, highest) = (0, Names.Length - 1);
        foreach (var word in text.Split([':', ',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            var name = word.TrimStart('!', '>', '<', '=');
            var number = Find(name);
            if (number < 0) warnings.Add($"unknown protocol {name}: use {string.Join(", ", Names.Select(n => n.Name))}");
            if (word[0] == '!') excluded |= number < 0 ? 0 : 1 << number;
            else if (word.StartsWith(">=", StringComparison.Ordinal)) lowest = number < 0 ? lowest : Math.Max(lowest, number);
            else if (word.StartsWith("<=", StringComparison.Ordinal)) highest = number < 0 ? highest : Math.Min(highest, number);
            else
            {
                any = true;
                included |= number < 0 ? 0 : 1 << number;
                if (number >= 0 && Names[number].Protocol == SslProtocols.None)
                    warnings.Add($"the protocol {name} is no longer spoken: this TLS stack begins with TLSv1.2");
            }
        }
        var allowed = SslProtocols.None;
        for (var i = lowest; i <= highest; i++)
            if ((!any || (included & 1 << i) != 0) && (excluded & 1 << i) == 0) allowed |= Names[i].Protocol;
        return allowed;
    }

    /// <summary>OpenSSL's name of an agreed protocol: <c>TLSv1.3</c>.</summary>
    public static string NameOf(SslProtocols protocol)
    {
        foreach (var (name, known) in Names)
            if (known == protocol && known != SslProtocols.None) return name;
        return protocol.ToString();
    }

    private static int Find(string name)
    {
        var known = Numbers.GetValueOrDefault(name, name);
        return Array.FindIndex(Names, n => n.Name.Equals(known, StringComparison.OrdinalIgnoreCase));
    }
}
