using System.Formats.Asn1;
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

    /// <summary>The certificate with its key, as a server needs it.</summary>
    public X509Certificate2 ForServer
    {
        get
        {
            var own = Certificate.HasPrivateKey ? Certificate
                : Key is RSA rsa ? Certificate.CopyWithPrivateKey(rsa) : Certificate.CopyWithPrivateKey((ECDsa)Key);
            return X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
        }
    }

    /// <summary>
    /// A certificate, by itself or by an authority; <paramref name="names"/> are its DNS names, which may be nonsense, and
    /// <paramref name="extension"/> is one more thing that it says.
    /// </summary>
    public static TestCertificate Make(string subject, TestCertificate? issuer = null, bool isRsa = false, bool isAuthority = false, int days = 30,
        X509Extension? extension = null, params string[] names)
    {
        AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(subject, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (names.Length > 0) request.CertificateExtensions.Add(AlternativeNames(names));
        if (extension is not null) request.CertificateExtensions.Add(extension);
        var until = DateTimeOffset.UtcNow.AddDays(days);
        var from = until.AddDays(-400);
        if (issuer is null) return new TestCertificate(request.CreateSelfSigned(from, until), key);
        var generator = issuer.Key is RSA rsa
            ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)issuer.Key);
        return new TestCertificate(request.Create(issuer.Certificate.SubjectName, generator, from, until, RandomNumberGenerator.GetBytes(8)), key);
    }

    /// <summary>Octet for octet: what makes such extensions would not make one with nonsense in it.</summary>
    private static X509SubjectAlternativeNameExtension AlternativeNames(string[] names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
            foreach (var name in names) writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
        return new X509SubjectAlternativeNameExtension(writer.Encode());
    }

    private static CertificateRequest Request(string subject, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest($"CN={subject}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest($"CN={subject}", (ECDsa)key, HashAlgorithmName.SHA256);
}
