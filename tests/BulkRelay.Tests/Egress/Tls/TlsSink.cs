using System.Net.Security;
using System.Security.Authentication;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Tls;

/// <summary>A server that offers STARTTLS with a certificate of the test's choice and takes one mail per connection, and what a client makes of it.</summary>
internal sealed class TlsSink : IAsyncDisposable
{
    public static readonly TestCertificate Authority = TestCertificate.Make("Test CA", isAuthority: true);

    private readonly TemporaryFolder _folder = new();

    public TlsSink(SslServerAuthenticationOptions options)
    {
        CaFile = _folder.Write("ca.pem", Authority.CertificatePem);
        Server = new ScriptedServer(ServeAsync) { Tls = options };
    }

    public ScriptedServer Server { get; }

    /// <summary>A file with the authority that the test's certificates are of.</summary>
    public string CaFile { get; }

    public TemporaryFolder Folder => _folder;

    /// <summary>A sink with a certificate, and the certificates of its issuers.</summary>
    public static TlsSink With(TestCertificate certificate, params TestCertificate[] issuers) => new(Options(certificate, issuers));

    public static SslServerAuthenticationOptions Options(TestCertificate certificate, params TestCertificate[] issuers) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate.ForServer, [.. issuers.Select(i => i.Certificate)], offline: true),
    };

    /// <summary>Delivers one mail for the domain whose only host is this sink by the name of <paramref name="host"/>.</summary>
    public async Task<(RecipientOutcome Outcome, string Log)> DeliverAsync(string domain, string host, params (string, string)[] settings)
    {
        await using var fixture = new EgressFixture([("smtp_tls_CAfile", CaFile), ("smtp_tls_loglevel", "1"), .. settings]);
        fixture.AddHosts(domain, EgressFixture.Host(host, Server));
        var outcome = await fixture.DeliverAsync(domain);
        return (outcome.Recipients[0], fixture.CloseLog());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>The name of the sink as it stands in log lines.</summary>
    public string NameAs(string host) => $"{host}[127.0.0.1]:{Server.Port}";

    private static async Task ServeAsync(ScriptedConnection c)
    {
        await c.GreetAsync("STARTTLS");
        if (await c.IsNextAsync("MAIL"))
        {
            await c.TakeMailAsync();
            return;
        }
        await c.ExpectAsync("STARTTLS");
        await c.SayAsync("220 Go on");
        try
        {
            await c.StartTlsAsync();
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return;
        }
        if (!await c.IsNextAsync("EHLO")) return;
        await c.ExpectAsync("EHLO");
        await c.SayAsync("250-sink\r\n250 PIPELINING");
        if (await c.IsNextAsync("MAIL")) await c.TakeMailAsync();
    }
}
