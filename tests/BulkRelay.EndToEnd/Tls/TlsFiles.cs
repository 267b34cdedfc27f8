using System.Security.Cryptography;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Tls;

/// <summary>An authority, the certificates that it has issued, and those that it has not, as files.</summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly TempFolder _folder = new();

    public TlsFiles()
    {
        Authority = TestCertificate.Make("Test CA", isRsa: true, isAuthority: true);
        File.WriteAllText(CaFile, Authority.CertificatePem);
        Write("server", TestCertificate.Make("relay.test", Authority, isRsa: true, names: "relay.test"));
    }

    public TestCertificate Authority { get; }

    public string CaFile => _folder.File("ca.pem");

    public string ServerCertificate => _folder.File("server.crt");

    public string ServerKey => _folder.File("server.key");

    /// <summary>The lines of main.cf that every server with TLS has.</summary>
    public string MainCf => $"""
        smtpd_tls_cert_file = {ServerCertificate}
        smtpd_tls_key_file = {ServerKey}
        smtpd_tls_CAfile = {CaFile}
        """;

    /// <summary>The path of a file.</summary>
    public string PathOf(string name) => _folder.File(name);

    /// <summary>Writes <c>name.crt</c> and <c>name.key</c>; gives the arguments with which s_client shows them.</summary>
    public string[] Write(string name, TestCertificate certificate)
    {
        File.WriteAllText(_folder.File(name + ".crt"), certificate.CertificatePem);
        File.WriteAllText(_folder.File(name + ".key"), certificate.KeyPem);
        return ["-cert", _folder.File(name + ".crt"), "-key", _folder.File(name + ".key")];
    }

    /// <summary>The fingerprint as the command prints it that the pages name.</summary>
    public async Task<string> FingerprintAsync(string name, string digest)
    {
        var output = (await Tool.RunAsync("openssl", ["x509", $"-{digest}", "-noout", "-fingerprint", "-in", _folder.File(name + ".crt")])).Succeeded();
        return output.Trim()[(output.IndexOf('=', StringComparison.Ordinal) + 1)..];
    }

    /// <summary>The fingerprint of a public key by the commands of Postfix's TLS_README.</summary>
    public async Task<string> PublicKeyFingerprintAsync(string name, string digest)
    {
        var key = (await Tool.RunAsync("openssl", ["x509", "-noout", "-pubkey", "-in", _folder.File(name + ".crt")])).Succeeded();
        var octets = PemEncoding.Find(key);
        var der = Convert.FromBase64String(key[octets.Base64Data]);
        await File.WriteAllBytesAsync(_folder.File("key.der"), der);
        var output = (await Tool.RunAsync("openssl", ["dgst", $"-{digest}", "-c", _folder.File("key.der")])).Succeeded();
        return output.Trim()[(output.IndexOf("= ", StringComparison.Ordinal) + 2)..].ToUpperInvariant();
    }

    public void Dispose() => _folder.Dispose();
}
