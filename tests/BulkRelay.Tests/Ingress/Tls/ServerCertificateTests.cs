using System.Security.Authentication;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Tls;

/// <summary>Which certificate a client gets.</summary>
public sealed class ServerCertificateTests : TlsTest
{
    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_sessions_under_way_go_on()
    {
        var (old, tls) = await StartTlsAsync();
        tls.RemoteCertificate!.Subject.ShouldBe("CN=relay.test");
        WriteCertificate(TestCertificate.Make("renewed.test"));
        Time.Advance(TimeSpan.FromSeconds(2));
        (await SubjectAsync()).ShouldBe("CN=renewed.test");
        (await old.CommandAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
    }

    [Fact]
    public async Task A_renewed_file_that_is_broken_is_told_once_and_the_old_certificate_stays()
    {
        (await SubjectAsync()).ShouldBe("CN=relay.test");
        Folder.Write("server.pem", "-----BEGIN CERTIFICATE-----\nnonsense");
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(2));
            (await SubjectAsync()).ShouldBe("CN=relay.test");
        }
        WriteCertificate(TestCertificate.Make("mended.test"));
        Time.Advance(TimeSpan.FromSeconds(2));
        (await SubjectAsync()).ShouldBe("CN=mended.test");
        var log = await StopAndReadLogAsync();
        log.Split("warning: smtpd_tls_chain_files: ").Length.ShouldBe(2, log);
        log.ShouldContain("the certificate that was read before stays in use");
    }

    [Fact]
    public async Task A_client_gets_the_certificate_of_the_name_that_it_asks_for()
    {
        WriteCertificate(TestCertificate.Make("named.test"), "named.pem");
        ConfigureTls(("tls_server_sni_maps", $"inline:{{ {{ mail.named.test = {Folder.File("named.pem")} }}, {{ .sub.test = {Folder.File("named.pem")} }} }}"));
        (await SubjectAsync("mail.named.test")).ShouldBe("CN=named.test");
        (await SubjectAsync("MAIL.named.test")).ShouldBe("CN=named.test");
        (await SubjectAsync("a.b.sub.test")).ShouldBe("CN=named.test");
        (await SubjectAsync("sub.test")).ShouldBe("CN=relay.test");
        (await SubjectAsync("")).ShouldBe("CN=relay.test");
        (await StopAndReadLogAsync()).ShouldContain("established from unknown[127.0.0.1] to mail.named.test: TLSv1.3");
    }

    [Fact]
    public async Task Old_protocols_that_are_left_out_are_not_spoken()
    {
        ConfigureTls(("smtpd_tls_protocols", ">=TLSv1.3"));
        using var client = await ConnectAsync();
        (await client.CommandAsync("STARTTLS")).ShouldStartWith("220 ");
        await Should.ThrowAsync<AuthenticationException>(() => client.SecureAsync(protocols: SslProtocols.Tls12));
    }

    private async Task<string> SubjectAsync(string name = "relay.test")
    {
        var (client, tls) = await StartTlsAsync(serverName: name);
        using (client) return tls.RemoteCertificate!.Subject;
    }
}
