using System.Security.Authentication;

namespace BulkRelay.Core.Tls;

/// <summary>
/// Reads lists of protocols as Postfix does: <c>&gt;=TLSv1.2, &lt;=TLSv1.3</c>, <c>!SSLv2, !SSLv3</c>, <c>TLSv1.2:TLSv1.3</c>. SSL is known by
/// name, and never spoken.
/// </summary>
public static class ProtocolList
{
    /// <summary>TLS 1.2 and 1.3.</summary>
    public const SslProtocols Modern = SslProtocols.Tls12 | SslProtocols.Tls13;

#pragma warning disable SYSLIB0039, CA5397 // Where the alternative is mail in clear, old TLS is better than none.
    /// <summary>All that are spoken where mail would else go in clear: TLS 1.0 and 1.1 too.</summary>
    public static readonly SslProtocols Opportunistic = SslProtocols.Tls | SslProtocols.Tls11 | Modern;

    /// <summary>All names, the oldest first; with the protocol where it is spoken.</summary>
    private static readonly (string Name, SslProtocols Protocol)[] Names =
    [
        ("SSLv2", SslProtocols.None),
        ("SSLv3", SslProtocols.None),
        ("TLSv1", SslProtocols.Tls),
        ("TLSv1.1", SslProtocols.Tls11),
        ("TLSv1.2", SslProtocols.Tls12),
        ("TLSv1.3", SslProtocols.Tls13),
    ];
#pragma warning restore SYSLIB0039, CA5397

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
    /// <param name="spoken">The protocols that are spoken where the list holds.</param>
    public static SslProtocols Parse(string text, ICollection<string> warnings, SslProtocols spoken = Modern)
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
                if (number >= 0 && (Names[number].Protocol & spoken) == SslProtocols.None)
                    warnings.Add($"the protocol {name} is no longer spoken here: the oldest is {Oldest(spoken)}");
            }
        }
        var allowed = SslProtocols.None;
        for (var i = lowest; i <= highest; i++)
            if ((!any || (included & 1 << i) != 0) && (excluded & 1 << i) == 0) allowed |= Names[i].Protocol & spoken;
        return allowed;
    }

    /// <summary>OpenSSL's name of an agreed protocol: <c>TLSv1.3</c>.</summary>
    public static string NameOf(SslProtocols protocol)
    {
        foreach (var (name, known) in Names)
            if (known == protocol && known != SslProtocols.None) return name;
        return protocol.ToString();
    }

    /// <summary>OpenSSL's names of several protocols: <c>TLSv1.2, TLSv1.3</c>.</summary>
    public static string NamesOf(SslProtocols protocols) =>
        string.Join(", ", Names.Where(n => (n.Protocol & protocols) != SslProtocols.None).Select(n => n.Name));

    private static string Oldest(SslProtocols spoken) => Names.First(n => (n.Protocol & spoken) != SslProtocols.None).Name;

    private static int Find(string name)
    {
        var known = Numbers.GetValueOrDefault(name, name);
        return Array.FindIndex(Names, n => n.Name.Equals(known, StringComparison.OrdinalIgnoreCase));
    }
}
