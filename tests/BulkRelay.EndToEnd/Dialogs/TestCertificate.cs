using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>A certificate for a server of a test.</summary>
internal static class TestCertificate
{
    private static readonly Lazy<string> Pem = new(Make);

    /// <summary>Writes key and certificate into a file of the folder, and gives its path.</summary>
    public static string Write(string folder)
    {
        var path = Path.Combine(folder, "relay.pem");
        File.WriteAllText(path, Pem.Value);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static string Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=relay.test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n";
    }
}
