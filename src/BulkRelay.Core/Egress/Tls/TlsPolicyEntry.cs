using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>
/// One value of a TLS policy table (postconf(5), <c>smtp_tls_policy_maps</c>): a level, and attributes that go before the parameters of
/// the same meaning. Null attributes leave the parameters in force.
/// </summary>
internal sealed record TlsPolicyEntry(TlsSecurityLevel Level)
{
    private static readonly char[] Blanks = [' ', '\t', '\r', '\n', ','];

    private List<string>? _match;
    private List<string>? _trustAnchorFiles;

    public string? Protocols { get; private set; }

    public string? Ciphers { get; private set; }

    public string? ExcludeCiphers { get; private set; }

    public string? ServerName { get; private set; }

    public bool? ReusesConnections { get; private set; }

    /// <summary>Names at the levels <c>verify</c> and <c>secure</c>, fingerprints at the level <c>fingerprint</c>.</summary>
    public IReadOnlyList<string>? Match => _match;

    public IReadOnlyList<string>? TrustAnchorFiles => _trustAnchorFiles;

    /// <summary>Reads a value. Null and what is wrong with it if any part of it is: a half-read policy might be a weaker one.</summary>
    public static TlsPolicyEntry? Parse(string text, out string? fault)
    {
        var words = text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            fault = "invalid empty policy";
            return null;
        }
        var level = TlsSecurityLevels.Parse(words[0], out fault);
        if (fault is not null) return null;
        var entry = new TlsPolicyEntry(level);
        // As in Postfix: without TLS there is nothing that an attribute could weaken.
        if (level == TlsSecurityLevel.None) return entry;
        foreach (var word in words.Skip(1))
            if ((fault = entry.Apply(word)) is not null) return null;
        return entry;
    }

    private string? Apply(string word)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) return $"malformed attribute/value pair \"{word}\": write name=value, without blanks";
        var (name, value) = (word[..equals].ToLowerInvariant(), word[(equals + 1)..]);
        // No protocols at all is a way to say "all of them".
        if (value.Length == 0 && name != "protocols") return $"attribute \"{name}\" has empty value";
        return name switch
        {
            "protocols" => Once(name, Protocols, value) ?? Set(() => Protocols = value),
            "ciphers" => Once(name, Ciphers, value) ?? Set(() => Ciphers = value),
            "exclude" => Once(name, ExcludeCiphers, value) ?? Set(() => ExcludeCiphers = value),
            "servername" => Once(name, ServerName, value) ?? (IsHostName(value) ? Set(() => ServerName = value) : $"\"{word}\" specifies an invalid hostname"),
            "connection_reuse" => ApplyReuse(value),
            "match" => ApplyMatch(value),
            "tafile" => Level < TlsSecurityLevel.Verify ? AtThisLevel(name) : Set(() => (_trustAnchorFiles ??= []).Add(value)),
            _ => $"invalid attribute name: \"{name}\": use protocols, ciphers, exclude, match, tafile, servername or connection_reuse",
        };
    }

    private string? ApplyMatch(string value)
    {
        if (Level < TlsSecurityLevel.Fingerprint) return AtThisLevel("match");
        (_match ??= []).AddRange(value.Split(Level == TlsSecurityLevel.Fingerprint ? '|' : ':', StringSplitOptions.RemoveEmptyEntries));
        return null;
    }

    private string? ApplyReuse(string value)
    {
        ReusesConnections = value.ToLowerInvariant() switch { "yes" => true, "no" => false, _ => null };
        return ReusesConnections is null ? $"attribute \"connection_reuse\" has bad value: \"{value}\"" : null;
    }

    private string AtThisLevel(string name) => $"attribute \"{name}\" invalid at security level \"{TlsSecurityLevels.NameOf(Level)}\"";

    private static string? Once(string name, string? before, string value) =>
        before is null ? null : $"attribute \"{name}\" is specified multiple times ({before}, {value})";

    private static string? Set(Action set)
    {
        set();
        return null;
    }

    private static bool IsHostName(string name) => Uri.CheckHostName(name) == UriHostNameType.Dns && !name.EndsWith('.');
}
