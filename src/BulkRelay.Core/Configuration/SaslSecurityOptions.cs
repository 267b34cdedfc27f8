namespace BulkRelay.Core.Configuration;

/// <summary>Which mechanisms may be offered: what they must not be open to, and what they must give.</summary>
/// <param name="Forbidden">None of these.</param>
/// <param name="Required">All of these.</param>
public sealed record SaslSecurityOptions(SaslProperties Forbidden, SaslProperties Required)
{
    private static readonly Dictionary<string, (SaslProperties Forbidden, SaslProperties Required)> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["noplaintext"] = (SaslProperties.PlainText, default),
        ["noactive"] = (SaslProperties.Active, default),
        ["nodictionary"] = (SaslProperties.Dictionary, default),
        ["noanonymous"] = (SaslProperties.Anonymous, default),
        ["forward_secrecy"] = (default, SaslProperties.ForwardSecrecy),
        ["mutual_auth"] = (default, SaslProperties.MutualAuth),
    };

    /// <summary>The words, for the reference page.</summary>
    public static string Names => string.Join(", ", Words.Keys);

    /// <summary>True if a mechanism with these properties may be offered.</summary>
    public bool Allows(SaslProperties mechanism) => (mechanism & Forbidden) == 0 && (mechanism & Required) == Required;

    /// <summary>Reads a list of words. Null if one of them is unknown, and which.</summary>
    public static SaslSecurityOptions? Parse(IReadOnlyList<string> words, out string? fault)
    {
        var options = new SaslSecurityOptions(default, default);
        fault = words.FirstOrDefault(w => !Words.ContainsKey(w)) is { } unknown ? $"unknown option '{unknown}': use {Names}" : null;
        if (fault is not null) return null;
        foreach (var word in words) options = new(options.Forbidden | Words[word].Forbidden, options.Required | Words[word].Required);
        return options;
    }
}
