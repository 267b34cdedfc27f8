using System.Collections.Frozen;
using System.Net.Security;

namespace BulkRelay.Core.Tls;

/// <summary>One cipher suite: its number, and what OpenSSL calls it and sorts it by.</summary>
public sealed class CipherSuite
{
    private readonly FrozenSet<string> _classes;

    internal CipherSuite(TlsCipherSuite id, string name)
    {
        Id = id;
        Name = name;
        Bits = name.Contains("256-", StringComparison.Ordinal) || name.Contains("_256_", StringComparison.Ordinal)
            || name.Contains("CHACHA20", StringComparison.Ordinal) ? 256 : 128;
        _classes = Classify(name, Bits).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Its number in the protocol.</summary>
    public TlsCipherSuite Id { get; }

    /// <summary>OpenSSL's name: <c>ECDHE-RSA-AES128-GCM-SHA256</c>.</summary>
    public string Name { get; }

    /// <summary>The bits of its key.</summary>
    public int Bits { get; }

    /// <summary>True for a suite of TLS 1.3: cipher lists and exclusions do not concern those (as in OpenSSL and Postfix).</summary>
    public bool IsTls13 => Name.StartsWith("TLS_", StringComparison.Ordinal);

    /// <summary>True if a key that becomes known later does not open sessions of before.</summary>
    public bool IsForwardSecret => IsTls13 || Is("kECDHE") || Is("kDHE");

    /// <summary>Whether it belongs to one of OpenSSL's classes (<c>AESGCM</c>, <c>kRSA</c>), or bears the name.</summary>
    public bool Is(string nameOrClass) => _classes.Contains(nameOrClass);

    private static IEnumerable<string> Classify(string name, int bits)
    {
        yield return name;
        if (name.StartsWith("TLS_", StringComparison.Ordinal)) yield break;
        yield return "ALL";
        yield return "HIGH";
        foreach (var word in KeyExchange(name)) yield return word;
        foreach (var word in Cipher(name, bits)) yield return word;
        foreach (var word in Integrity(name)) yield return word;
    }

    private static string[] KeyExchange(string name)
    {
        string[] authentication = name.Contains("-ECDSA-", StringComparison.Ordinal) ? ["aECDSA", "ECDSA"] : ["aRSA"];
        if (name.StartsWith("ECDHE-", StringComparison.Ordinal)) return [.. authentication, "kECDHE", "kEECDH", "ECDHE", "EECDH", "ECDH"];
        if (name.StartsWith("DHE-", StringComparison.Ordinal)) return [.. authentication, "kDHE", "kEDH", "DHE", "EDH", "DH"];
        return [.. authentication, "kRSA", "RSA"];
    }

    private static string[] Cipher(string name, int bits)
    {
        if (name.Contains("CHACHA20", StringComparison.Ordinal)) return ["CHACHA20"];
        if (name.Contains("CAMELLIA", StringComparison.Ordinal)) return ["CAMELLIA", $"CAMELLIA{bits}"];
        if (name.Contains("ARIA", StringComparison.Ordinal)) return ["ARIA", "ARIAGCM", $"ARIA{bits}"];
        string[] aes = ["AES", $"AES{bits}"];
        if (name.Contains("-GCM-", StringComparison.Ordinal)) return [.. aes, "AESGCM"];
        if (name.EndsWith("-CCM8", StringComparison.Ordinal)) return [.. aes, "AESCCM", "AESCCM8"];
        return name.EndsWith("-CCM", StringComparison.Ordinal) ? [.. aes, "AESCCM"] : [.. aes, "CBC"];
    }

    /// <summary>The digest that proves integrity where the cipher does not, and the oldest protocol that has the suite.</summary>
    private static string[] Integrity(string name)
    {
        if (name.EndsWith("-SHA", StringComparison.Ordinal))
            return name.StartsWith("ECDHE", StringComparison.Ordinal) ? ["SHA1", "SHA", "TLSv1", "TLSv1.0"] : ["SHA1", "SHA", "SSLv3"];
        var isCbc = !name.Contains("GCM", StringComparison.Ordinal) && name.Contains("-SHA", StringComparison.Ordinal);
        return isCbc ? ["TLSv1.2", name[(name.LastIndexOf('-') + 1)..]] : ["TLSv1.2"];
    }
}
