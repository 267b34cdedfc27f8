using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>Recipes for TLS towards a smarthost, which is a real Postfix.</summary>
public sealed class Tls_to_a_smarthost
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The page's block, but for the lines about the server.</summary>
    private const string TlsBlock = """
        ### Customs
        ciphers_insecure = RC4
        cipher_suite_minimum = high
        protocols_insecure = !SSLv2,!SSLv3,!TLSv1
        tls_security_level = may

        ### LMTP Client
        lmtp_tls_ciphers = $cipher_suite_minimum
        lmtp_tls_exclude_ciphers = $ciphers_insecure
        lmtp_tls_fingerprint_digest = sha1
        lmtp_tls_mandatory_ciphers = $cipher_suite_minimum
        lmtp_tls_mandatory_exclude_ciphers = $ciphers_insecure
        lmtp_tls_mandatory_protocols  = $protocols_insecure
        lmtp_tls_protocols = $protocols_insecure
        lmtp_tls_security_level = $tls_security_level

        ### SMTP Client
        smtp_tls_ciphers = $cipher_suite_minimum
        smtp_tls_exclude_ciphers = $ciphers_insecure
        smtp_tls_fingerprint_digest = sha1
        smtp_tls_mandatory_ciphers = $cipher_suite_minimum
        smtp_tls_mandatory_exclude_ciphers = $ciphers_insecure
        smtp_tls_mandatory_protocols = $protocols_insecure
        smtp_tls_protocols = $protocols_insecure
        smtp_tls_security_level = $tls_security_level
        """;

    [Fact]
    public async Task R53_The_block_of_the_page_makes_tls_and_names_what_the_stack_has_lost()
    {
        await using var smarthost = await TlsSmarthost.StartAsync();
        await using var relay = new RelayProcess($"{TlsBlock}\nsmtp_tls_loglevel = 1\nrelayhost = [127.0.0.1]:{smarthost.Port}");
        await relay.StartAsync();
        await SendAsync(relay);
        (await ReceivedAsync(smarthost)).ShouldContain("(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)");
        await MailLogFile.MatchingAsync(relay.LogFile, $@"postfix/smtp\[\d+\]: Untrusted TLS connection established to 127\.0\.0\.1\[127\.0\.0\.1\]:{smarthost.Port}: TLSv1\.3 with cipher ");
        var check = (await relay.CommandAsync("check")).Succeeded();
        foreach (var name in new[] { "smtp_tls_exclude_ciphers", "lmtp_tls_exclude_ciphers" })
            check.ShouldMatch($@"main\.cf:\d+: warning: {name}: this TLS stack .* the cipher RC4");
        check.ShouldMatch(@"but there is no LMTP client that would use it:\s[^:]*lmtp_tls_security_level");
    }

    [Theory]
    [InlineData("dane", "not yet supported")]
    [InlineData("dane-only", "not yet supported")]
    [InlineData("half-dane", "not yet supported")]
    [InlineData("sometimes", "unknown level")]
    public async Task R53_A_level_that_is_not_there_is_told_at_the_start_with_its_place(string level, string fault)
    {
        await using var relay = new RelayProcess($"smtp_tls_security_level = {level}");
        var check = await relay.CommandAsync("check");
        check.ExitCode.ShouldBe(1);
        check.Output.ShouldMatch($@"main\.cf:\d+: error: smtp_tls_security_level: .*{fault}");
    }

    [Theory]
    [InlineData("may", false)]
    [InlineData("encrypt", false)]
    [InlineData("encrypt", true)]
    public async Task R68_Mail_goes_to_the_smarthost_with_starttls_or_in_wrapper_mode(string level, bool isWrapper)
    {
        await using var smarthost = await TlsSmarthost.StartAsync();
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{(isWrapper ? smarthost.WrapperPort : smarthost.Port)}
            smtp_tls_security_level = {level}
            smtp_tls_wrappermode = {(isWrapper ? "yes" : "no")}
            smtp_tls_CAfile = {smarthost.CaFile}
            smtp_tls_loglevel = 1
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        (await ReceivedAsync(smarthost)).ShouldContain("(using TLSv1.3 with cipher ");
        await MailLogFile.MatchingAsync(relay.LogFile, @"postfix/smtp\[\d+\]: Trusted TLS connection established to ");
    }

    [Theory]
    [InlineData("secure match=postfix.test", true)]
    [InlineData("secure match=postfix.test tafile=CAFILE", true)]
    [InlineData("secure match=other.test", false)]
    [InlineData("secure", false)]
    [InlineData("encrypt protocols=TLSv1.2 ciphers=high exclude=AESGCM", true)]
    public async Task The_policy_of_the_smarthost_decides(string policy, bool arrives)
    {
        await using var smarthost = await TlsSmarthost.StartAsync();
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{smarthost.Port}
            smtp_tls_CAfile = {smarthost.CaFile}
            smtp_tls_loglevel = 1
            smtp_tls_policy_maps = inline:{Braces($"{Braces($"[127.0.0.1]:{smarthost.Port} = {policy.Replace("CAFILE", smarthost.CaFile, StringComparison.Ordinal)}")}")}
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        if (!arrives)
        {
            await MailLogFile.MatchingAsync(relay.LogFile, @"relay=127\.0\.0\.1\[127\.0\.0\.1\]:\d+, .*dsn=4\.7\.5, status=deferred \(Server certificate not verified\)");
            await MailLogFile.MatchingAsync(relay.LogFile, @"server certificate verification failed for 127\.0\.0\.1\[127\.0\.0\.1\]:\d+: num=62:hostname mismatch");
            smarthost.Inbox.Counters.Messages.ShouldBe(0);
            return;
        }
        var received = await ReceivedAsync(smarthost);
        if (policy.StartsWith("encrypt", StringComparison.Ordinal)) received.ShouldMatch(@"using TLSv1\.2 with cipher ECDHE-RSA-(CHACHA20-POLY1305|AES256-(SHA384|CCM8?)|ARIA256)");
        else await MailLogFile.MatchingAsync(relay.LogFile, "Verified TLS connection established to ");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_smarthost_that_knows_its_customers_by_certificate_knows_this_one(bool hasCertificate)
    {
        await using var smarthost = await TlsSmarthost.StartAsync("""
            smtpd_tls_ask_ccert = yes
            smtpd_tls_fingerprint_digest = sha256
            relay_clientcerts = inline:{ FINGERPRINT=relay }
            smtpd_relay_restrictions = permit_tls_clientcerts, reject
            """);
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{smarthost.Port}
            smtp_tls_security_level = encrypt
            {(hasCertificate ? $"smtp_tls_cert_file = {smarthost.ClientFile}" : "")}
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        if (hasCertificate) (await ReceivedAsync(smarthost)).ShouldContain("(Client CN \"relay.test\", Issuer \"Test CA\" (verified OK))");
        else await MailLogFile.MatchingAsync(relay.LogFile, @"status=bounced \(host 127\.0\.0\.1\[127\.0\.0\.1\] said: 554 5\.7\.1 .*Access denied");
    }

    [Fact]
    public async Task Sessions_are_taken_up_again_where_a_cache_is_set_and_the_server_is_called_by_its_name()
    {
        await using var smarthost = await TlsSmarthost.StartAsync("smtpd_tls_loglevel = 2");
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{smarthost.Port}
            smtp_tls_security_level = secure
            smtp_tls_secure_cert_match = postfix.test
            smtp_tls_CAfile = {smarthost.CaFile}
            smtp_tls_session_cache_database = btree:$data_directory/smtp_scache
            smtp_tls_servername = postfix.test
            smtp_connection_cache_on_demand = no
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        await smarthost.Inbox.NextAsync();
        await SendAsync(relay);
        await smarthost.Inbox.NextAsync();
        await MailLogFile.WithAsync(smarthost.LogFile, "Reusing old session");
    }

    [Fact]
    public async Task A_server_that_knows_only_tls_1_0_is_not_talked_to()
    {
        using var folder = new TempFolder();
        var certificate = TestCertificate.Make("old.test", isRsa: true);
        await File.WriteAllTextAsync(folder.File("old.pem"), certificate.KeyPem + certificate.CertificatePem);
        var port = FreePort.Next();
        using var server = Tool.Start("openssl", ["s_server", "-accept", $"127.0.0.1:{port}", "-cert", folder.File("old.pem"), "-tls1", "-cipher", "ALL:@SECLEVEL=0"]);
        try
        {
            (await server.StandardOutput.ReadLineAsync().WaitAsync(Patience)).ShouldNotBeNull();
            await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{port}\nsmtp_tls_security_level = encrypt\nsmtp_tls_wrappermode = yes");
            await relay.StartAsync();
            await SendAsync(relay);
            await MailLogFile.MatchingAsync(relay.LogFile, $@"SSL_connect error to 127\.0\.0\.1\[127\.0\.0\.1\]:{port}: ");
            await MailLogFile.MatchingAsync(relay.LogFile, @"dsn=4\.7\.5, status=deferred \(Cannot start TLS: handshake failure: protocol version: ");
        }
        finally
        {
            server.Kill();
        }
    }

    private static Task SendAsync(RelayProcess relay) =>
        SmtpTalk.SendSampleAsync(relay.Port, "client.test", "MAIL FROM:<sender@example.com>", "RCPT TO:<rcpt@example.net>");

    /// <summary>The trace header that the smarthost has put before the message.</summary>
    private static async Task<string> ReceivedAsync(TlsSmarthost smarthost) =>
        Encoding.ASCII.GetString((await smarthost.Inbox.NextAsync()).Content()).Split("Received: ")[1];

    private static string Braces(string inside) => "{ " + inside + " }";
}
