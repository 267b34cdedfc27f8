using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BulkRelay.Core.Tls;

/// <summary>Digests by which a certificate or a public key is known: <c>AA:BB:…</c>, as <c>openssl x509 -fingerprint</c> prints them.</summary>
public static class Fingerprint
{
    /// <summary>The digests by their names in <c>smtpd_tls_fingerprint_digest</c>.</summary>
    public static readonly IReadOnlyDictionary<string, HashAlgorithmName> Digests = new Dictionary<string, HashAlgorithmName>(StringComparer.OrdinalIgnoreCase)
    {
        ["md5"] = HashAlgorithmName.MD5,
        ["sha1"] = HashAlgorithmName.SHA1,
        ["sha256"] = HashAlgorithmName.SHA256,
        ["sha384"] = HashAlgorithmName.SHA384,
        ["sha512"] = HashAlgorithmName.SHA512,
    };

    /// <summary>The digest of the whole certificate.</summary>
    public static string OfCertificate(X509Certificate2 certificate, HashAlgorithmName digest) => Format(Hash(certificate.RawDataMemory.Span, digest));

    /// <summary>The digest of its public key (SubjectPublicKeyInfo).</summary>
    public static string OfPublicKey(X509Certificate2 certificate, HashAlgorithmName digest) =>
        Format(Hash(certificate.PublicKey.ExportSubjectPublicKeyInfo(), digest));

    /// <summary>Whether a configured fingerprint, in any case, is that one. Takes the same time whatever differs.</summary>
    public static bool Matches(string configured, string actual) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(configured.ToUpperInvariant()), Encoding.UTF8.GetBytes(actual.ToUpperInvariant()));

    private static byte[] Hash(ReadOnlySpan<byte> octets, HashAlgorithmName digest) => CryptographicOperations.HashData(digest, octets);

    private static string Format(byte[] hash) => string.Join(':', hash.Select(octet => octet.ToString("X2", null)));
}
