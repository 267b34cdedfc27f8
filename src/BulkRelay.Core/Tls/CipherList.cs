namespace BulkRelay.Core.Tls;

/// <summary>
/// Evaluates lists in the language of <c>openssl ciphers</c>: <c>aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH</c>, <c>kRSA+AES</c>. Words are
/// separated by colons, commas or blanks.
/// </summary>
public static class CipherList
{
    /// <summary>What OpenSSL has, or had, and no suite here belongs to: weak, anonymous, without certificates, or not of the TLS of today.</summary>
    private static readonly HashSet<string> Empty = new(StringComparer.Ordinal)
    {
        "MEDIUM", "LOW", "EXPORT", "EXP", "EXPORT40", "EXPORT56", "eNULL", "NULL", "COMPLEMENTOFALL", "COMPLEMENTOFDEFAULT", "aNULL", "ADH",
        "AECDH", "DSS", "aDSS", "PSK", "aPSK", "kPSK", "kRSAPSK", "kDHEPSK", "kECDHEPSK", "SRP", "aSRP", "kSRP", "kDH", "kDHr", "kDHd", "aDH",
        "kECDH", "kECDHr", "kECDHe", "aECDH", "kGOST", "aGOST", "aGOST01", "GOST94", "GOST89MAC", "KRB5", "kKRB5", "aKRB5", "FIPS",
        "SSLv2", "FZA", "kFZA", "aFZA", "eFZA",
    };

    /// <summary>Parts of names of ciphers that TLS stacks have done away with, or never use with certificates.</summary>
    private static readonly HashSet<string> Gone = new(StringComparer.Ordinal)
    {
        "RC4", "RC2", "DES", "3DES", "CBC3", "IDEA", "SEED", "MD5", "EXP", "NULL", "ADH", "AECDH", "PSK", "DSS", "SRP", "GOST2001", "GOST2012",
    };

    private static readonly char[] Separators = [':', ',', ' ', '\t', '\r', '\n'];

    /// <summary>The suites that a list selects, in its order.</summary>
    /// <param name="text">The list.</param>
    /// <param name="unknown">Takes the words that name nothing this TLS stack has.</param>
    public static IReadOnlyList<CipherSuite> Evaluate(string text, ICollection<string> unknown)
    {
        var selected = new List<CipherSuite>();
        var killed = new HashSet<CipherSuite>();
        foreach (var word in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            Apply(word, selected, killed, unknown);
        return selected;
    }

    /// <summary>The suites that a word of an exclusion list means; none for a word that names nothing here.</summary>
    /// <param name="word">A name, a class, or classes that must all apply: <c>kRSA+AES</c>.</param>
    /// <param name="unknown">Takes the words that name nothing this TLS stack has.</param>
    public static IEnumerable<CipherSuite> Matching(string word, ICollection<string> unknown)
    {
        var parts = word.Split('+');
        foreach (var part in parts)
        {
            if (part == "DEFAULT" || Empty.Contains(part) || CipherSuites.All.Any(s => s.Is(part))) continue;
            unknown.Add(part);
        }
        return CipherSuites.All.Where(s => !s.IsTls13 && parts.All(p => p == "DEFAULT" || s.Is(p)));
    }

    /// <summary>Why a word names nothing: a cipher that is gone, or no cipher at all.</summary>
    public static string Describe(string word) => word.Split('-').Any(Gone.Contains)
        ? $"this TLS stack does not have the cipher {word}: it is never used, with or without this setting"
        : $"unknown cipher {word}: correct or remove the name ('openssl ciphers' lists those that are known)";

    private static void Apply(string word, List<CipherSuite> selected, HashSet<CipherSuite> killed, ICollection<string> unknown)
    {
        if (word.StartsWith('@'))
        {
            if (word == "@STRENGTH") Sort(selected);
            else if (!word.StartsWith("@SECLEVEL=", StringComparison.Ordinal)) unknown.Add(word);
            return;
        }
        var operation = word[0] is '!' or '-' or '+' ? word[0] : ' ';
        var named = Matching(operation == ' ' ? word : word[1..], unknown).ToList();
        var present = selected.Where(named.Contains).ToList();
        switch (operation)
        {
            case '!':
                killed.UnionWith(named);
                selected.RemoveAll(named.Contains);
                break;
            case '-':
                selected.RemoveAll(named.Contains);
                break;
            case '+':
                selected.RemoveAll(named.Contains);
                selected.AddRange(present);
                break;
            default:
                selected.AddRange(named.Where(s => !killed.Contains(s) && !present.Contains(s)));
                break;
        }
    }

    private static void Sort(List<CipherSuite> selected)
    {
        var sorted = selected.OrderByDescending(s => s.Bits).ToList();
        selected.Clear();
        selected.AddRange(sorted);
    }
}
