using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.Core.Egress.Tls;

/// <summary>
/// Certificates and public keys that are trusted in place of all authorities (<c>smtp_tls_trust_anchor_file</c>, attribute <c>tafile</c>):
/// of roots or of authorities in the middle of a chain. A public key alone is found in a chain that the server sends with its certificate.
/// </summary>
internal sealed class TrustAnchors
{
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    private TrustAnchors()
    {
    }

    /// <summary>The anchors that are certificates.</summary>
    public X509Certificate2Collection Certificates { get; } = [];

    /// <summary>Reads files. Null if there are none, or if one cannot be used.</summary>
    /// <param name="files">The files, in PEM form.</param>
    /// <param name="wrongs">Takes a sentence for each file that cannot be used.</param>
    public static TrustAnchors? Load(IReadOnlyList<string> files, ICollection<string> wrongs)
    {
        var (anchors, before) = (new TrustAnchors(), wrongs.Count);
        foreach (var file in files)
        {
            try
            {
                if (!anchors.Add(File.ReadAllText(file))) wrongs.Add($"{file}: there is no certificate or public key in PEM form in it");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
            {
                wrongs.Add($"{file}: {(e is FileNotFoundException or DirectoryNotFoundException ? "No such file or directory" : e.Message)}");
            }
        }
        return files.Count > 0 && wrongs.Count == before ? anchors : null;
    }

    /// <summary>Whether a certificate has the key of an anchor.</summary>
    public bool Contains(X509Certificate2 certificate) => _keys.Contains(KeyOf(certificate.PublicKey));

    /// <summary>How to build the chain of a server's certificate up to an anchor.</summary>
    public X509ChainPolicy NewChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(Certificates);
        policy.ExtraStore.AddRange(Certificates);
        policy.ApplicationPolicy.Add(TlsCredentials.ServerAuthentication);
        return policy;
    }

    private bool Add(string text)
    {
        var before = _keys.Count;
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            var label = rest[fields.Label];
            if (label is "CERTIFICATE")
            {
                var certificate = X509Certificate2.CreateFromPem(rest[fields.Location]);
                Certificates.Add(certificate);
                _keys.Add(KeyOf(certificate.PublicKey));
            }
            else if (label is "PUBLIC KEY")
                _keys.Add(KeyOf(PublicKey.CreateFromSubjectPublicKeyInfo(Convert.FromBase64String(rest[fields.Base64Data].ToString()), out _)));
        }
        return _keys.Count > before || Certificates.Count > 0;
    }

    private static string KeyOf(PublicKey key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
}
