using System.Net.Security;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Tls;

/// <summary>A test with a listener that has a certificate.</summary>
public abstract class TlsTest : IngressTest, IDisposable
{
    private static readonly TestCertificate Server = TestCertificate.Make("relay.test");

    private protected static readonly TestCertificate Authority = TestCertificate.Make("Test CA", isAuthority: true);

    protected TlsTest()
    {
        WriteCertificate(Server);
        Folder.Write("ca.pem", Authority.CertificatePem);
        ConfigureTls();
    }

    protected TemporaryFolder Folder { get; } = new();

    public virtual void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The configuration from now on: TLS is offered, and what else is said.</summary>
    protected void ConfigureTls(params (string Name, string Value)[] settings) => Configure([
        ("smtpd_tls_security_level", "may"), ("smtpd_tls_chain_files", Folder.File("server.pem")), ("smtpd_tls_CAfile", Folder.File("ca.pem")),
        ("smtpd_tls_loglevel", "1"), .. settings]);

    private protected void WriteCertificate(TestCertificate certificate, string name = "server.pem") =>
        Folder.Write(name, certificate.KeyPem + certificate.CertificatePem);

    /// <summary>A client that has said EHLO and STARTTLS, and is encrypted.</summary>
    private protected async Task<(TestClient Client, SslStream Tls)> StartTlsAsync(TestCertificate? certificate = null, string serverName = "relay.test")
    {
        var client = await ConnectAsync();
        (await client.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await client.CommandAsync("STARTTLS")).ShouldBe("220 2.0.0 Ready to start TLS");
        return (client, await client.SecureAsync(certificate?.ForServer, serverName));
    }
}
