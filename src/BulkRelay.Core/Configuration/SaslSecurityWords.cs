namespace BulkRelay.Core.Configuration;

/// <summary>The words of <c>smtp_sasl_security_options</c> and <c>smtpd_sasl_security_options</c>.</summary>
public static class SaslSecurityWords
{
    private static readonly (string Word, SaslSecurity Meaning)[] Words =
    [
        ("noplaintext", SaslSecurity.NoPlaintext),
        ("noactive", SaslSecurity.NoActive),
        ("nodictionary", SaslSecurity.NoDictionary),
        ("noanonymous", SaslSecurity.NoAnonymous),
        ("mutual_auth", SaslSecurity.MutualAuth),
        ("forward_secrecy", SaslSecurity.ForwardSecrecy),
    ];

    /// <summary>Reads the value of a parameter.</summary>
    public static SaslSecurity Parse(string value, out string? fault)
    {
        var all = SaslSecurity.None;
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            var meaning = Words.FirstOrDefault(w => w.Word.Equals(word, StringComparison.OrdinalIgnoreCase)).Meaning;
            if (meaning == SaslSecurity.None) fault ??= $"unknown SASL security option '{word}': use {string.Join(", ", Words.Select(w => w.Word))}";
            all |= meaning;
        }
        return all;
    }

    /// <summary>The words for a set: <c>noplaintext, noanonymous</c>.</summary>
    public static string Of(SaslSecurity security) => string.Join(", ", Words.Where(w => security.HasFlag(w.Meaning)).Select(w => w.Word));
}
