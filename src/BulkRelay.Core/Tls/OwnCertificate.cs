using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.Core.Tls;

/// <summary>A certificate that this relay shows, with its private key and the certificates of its issuers.</summary>
/// <param name="Certificate">The certificate; it has its key.</param>
/// <param name="Chain">Its issuers, as the file has them.</param>
public sealed record OwnCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain)
{
    /// <summary>True for a certificate with an EC key.</summary>
    public bool IsEllipticCurve => Certificate.PublicKey.Oid.Value == "1.2.840.10045.2.1";

    /// <summary>Joins certificate and key; null if they do not belong together.</summary>
    internal static OwnCertificate? TryJoin(X509Certificate2 certificate, IEnumerable<X509Certificate2> issuers, IEnumerable<AsymmetricAlgorithm> keys)
    {
        foreach (var key in keys)
        {
            try
            {
                var own = key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
                return new OwnCertificate(own, [.. issuers]);
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or CryptographicException)
            {
                // Not this key.
            }
        }
        return null;
    }
}
