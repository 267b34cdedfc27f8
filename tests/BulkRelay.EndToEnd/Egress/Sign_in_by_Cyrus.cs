using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>The mechanisms that Dovecot has not, against those of Cyrus SASL.</summary>
public sealed class Sign_in_by_Cyrus : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-1")]
    [InlineData("DIGEST-MD5")]
    [InlineData("NTLM")]
    [InlineData("CRAM-MD5")]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    public async Task A_smarthost_with_Cyrus_is_signed_in_to(string mechanism)
    {
        await using var smarthost = await CyrusSmarthost.StartAsync(mechanism);
        await using var relay = Relay(smarthost, CyrusSmarthost.User, CyrusSmarthost.Password);
        await relay.StartAsync();
        await SendAsync(relay);
        await smarthost.Postfix.Inbox.NextAsync();
        await MailLogFile.MatchingAsync(smarthost.Postfix.LogFile, $"sasl_method={mechanism}, sasl_username={CyrusSmarthost.User}");
        (await File.ReadAllTextAsync(relay.LogFile)).ShouldNotContain(CyrusSmarthost.Password);
    }

    [Theory]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("DIGEST-MD5")]
    [InlineData("NTLM")]
    public async Task A_wrong_password_is_refused_by_each_mechanism_and_the_reason_is_the_servers(string mechanism)
    {
        await using var smarthost = await CyrusSmarthost.StartAsync(mechanism);
        await using var relay = Relay(smarthost, CyrusSmarthost.User, "wrong-password");
        await relay.StartAsync();
        await SendAsync(relay);
        await MailLogFile.MatchingAsync(relay.LogFile, @"dsn=4\.7\.8, status=deferred \(SASL authentication failed; server 127\.0\.0\.1\[127\.0\.0\.1\] said: 535 5\.7\.8 Error: authentication failed:");
    }

    [Fact]
    public async Task Of_all_that_Cyrus_has_the_strongest_is_used()
    {
        await using var smarthost = await CyrusSmarthost.StartAsync("PLAIN LOGIN CRAM-MD5 DIGEST-MD5 NTLM SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-512");
        await using var relay = Relay(smarthost, CyrusSmarthost.User, CyrusSmarthost.Password);
        await relay.StartAsync();
        await SendAsync(relay);
        await smarthost.Postfix.Inbox.NextAsync();
        await MailLogFile.MatchingAsync(smarthost.Postfix.LogFile, $"sasl_method=SCRAM-SHA-512, sasl_username={CyrusSmarthost.User}");
    }

    private RelayProcess Relay(CyrusSmarthost smarthost, string user, string password)
    {
        var path = _folder.File("sasl_passwd");
        File.WriteAllText(path, $"127.0.0.1 {user}:{password}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new RelayProcess($"""
            relayhost = [127.0.0.1]:{smarthost.Postfix.Port}
            smtp_sasl_auth_enable = yes
            smtp_sasl_password_maps = hash:{path}
            smtp_sasl_security_options = noanonymous
            smtp_tls_security_level = encrypt
            """);
    }

    private static Task SendAsync(RelayProcess relay) => SmtpTalk.SendAsync(relay.Port, "client.test",
        "Subject: x\r\n\r\nHello.\r\n", "MAIL FROM:<sender@example.com>", "RCPT TO:<rcpt@example.net>");
}
