using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.Tests.TestKit;

/// <summary>A certificate made for a test, with its key.</summary>
internal sealed class TestCertificate
{
    private TestCertificate(X509Certificate2 certificate, AsymmetricAlgorithm key)
    {
        Certificate = certificate;
        Key = key;
    }

    public X509Certificate2 Certificate { get; }

    public AsymmetricAlgorithm Key { get; }

    public string CertificatePem => Certificate.ExportCertificatePem() + "\n";

    public string KeyPem => Key.ExportPkcs8PrivateKeyPem() + "\n";

    /// <summary>A certificate, by itself or by an authority; <paramref name="names"/> are its DNS names.</summary>
    public static TestCertificate Make(string subject, TestCertificate? issuer = null, bool isRsa = false, bool isAuthority = false, int days = 30, params string[] names)
    {
        AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(subject, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (names.Length > 0)
        {
            var builder = new SubjectAlternativeNameBuilder();
            foreach (var name in names) builder.AddDnsName(name);
            request.CertificateExtensions.Add(builder.Build());
        }
        var until = DateTimeOffset.UtcNow.AddDays(days);
        var from = until.AddDays(-400);
        if (issuer is null) return new TestCertificate(request.CreateSelfSigned(from, until), key);
        var generator = issuer.Key is RSA rsa
            ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)issuer.Key);
        return new TestCertificate(request.Create(issuer.Certificate.SubjectName, generator, from, until, RandomNumberGenerator.GetBytes(8)), key);
    }

    private static CertificateRequest Request(string subject, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest($"CN={subject}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest($"CN={subject}", (ECDsa)key, HashAlgorithmName.SHA256);
}
