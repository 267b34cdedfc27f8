using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.Core.Tls;

/// <summary>A certificate that nobody vouches for: enough to encrypt a first connection, not enough to be recognised by.</summary>
/// <param name="CertificatePem">The certificate.</param>
/// <param name="KeyPem">Its private key (PKCS #8, not encrypted): for a file that only its owner can read.</param>
public sealed record SelfSignedCertificate(string CertificatePem, string KeyPem)
{
    private const int RsaBits = 2048;

    /// <summary>Clocks of clients may be behind.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    /// <summary>Makes one.</summary>
    /// <param name="names">The host names that it is for, the first one being its common name.</param>
    /// <param name="now">From when it is valid.</param>
    /// <param name="days">How long.</param>
    /// <param name="isRsa">An RSA key, for clients that know no other; otherwise an EC key, which is faster.</param>
    public static SelfSignedCertificate Make(IReadOnlyList<string> names, DateTimeOffset now, int days, bool isRsa)
    {
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(RsaBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(names[0]);
        var request = key is RSA rsa
            ? new CertificateRequest(subject.Build(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject.Build(), (ECDsa)key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(now - ClockSkew, now.AddDays(days));
        return new SelfSignedCertificate(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
