using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>A certificate for relay.test that nobody vouches for.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>The settings that have the relay use it.</summary>
    public string MainCf => $"smtpd_tls_cert_file = {_folder.File("cert.pem")}\nsmtpd_tls_key_file = {_folder.File("key.pem")}";

    public static async Task<TestCertificate> CreateAsync()
    {
        var certificate = new TestCertificate();
        (await Tool.RunAsync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=relay.test",
            "-keyout", certificate._folder.File("key.pem"), "-out", certificate._folder.File("cert.pem")])).Succeeded();
        return certificate;
    }

    public void Dispose() => _folder.Dispose();
}
