namespace BulkRelay.Core.Configuration;

/// <summary>The names of the client's TLS levels, in parameters and in policy tables.</summary>
public static class TlsSecurityLevels
{
    private static readonly Dictionary<string, TlsSecurityLevel> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["none"] = TlsSecurityLevel.None,
        ["may"] = TlsSecurityLevel.May,
        ["encrypt"] = TlsSecurityLevel.Encrypt,
        ["fingerprint"] = TlsSecurityLevel.Fingerprint,
        ["verify"] = TlsSecurityLevel.Verify,
        ["secure"] = TlsSecurityLevel.Secure,
    };

    private static readonly string[] Dane = ["dane", "dane-only", "half-dane"];

    /// <summary>The names, from the weakest to the strongest.</summary>
    public static string Names { get; } = string.Join(", ", ByName.Keys);

    /// <summary>The level of that name. <see cref="TlsSecurityLevel.Unset"/> and a fault that says what to write instead if there is none.</summary>
    public static TlsSecurityLevel Parse(string name, out string? fault)
    {
        fault = ByName.TryGetValue(name, out var level) ? null
            : Dane.Contains(name, StringComparer.OrdinalIgnoreCase)
                ? $"level '{name}' is not yet supported: there is no look-up of TLSA records; use one of {Names}"
                : $"unknown level '{name}': use one of {Names}";
        return level;
    }

    /// <summary>The name of a level.</summary>
    public static string NameOf(TlsSecurityLevel level) => ByName.First(row => row.Value == level).Key;
}
