using System.Diagnostics;
using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Egress;

/// <summary>Recipes for smarthosts that want a login: a real Postfix on a submission port, with a real Dovecot behind it.</summary>
public sealed class Sign_in_at_a_smarthost : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("plain, login", "PLAIN")]
    [InlineData("login", "LOGIN")]
    [InlineData("cram-md5", "CRAM-MD5")]
    [InlineData("scram-sha-1", "SCRAM-SHA-1")]
    [InlineData("scram-sha-256", "SCRAM-SHA-256")]
    public async Task R68_The_smarthost_page_signs_in(string filter, string mechanism)
    {
        await using var smarthost = await SaslSmarthost.StartAsync("login_name:{PLAIN}pa,ss=w0rd", "smtpd_tls_auth_only = yes");
        var passwords = Secret("sasl_passwd", "127.0.0.1 login_name:pa,ss=w0rd");
        await using var relay = new RelayProcess($"""
            relayhost = {smarthost.Nexthop}
            # Enable SASL authentication in the Postfix SMTP client.
            smtp_sasl_auth_enable = yes
            # Credentials for SASL authentication to remote hosts.
            smtp_sasl_password_maps = hash:{passwords}
            # Filter the remote SMTP server's list of offered SASL mechanisms.
            smtp_sasl_mechanism_filter = {filter}
            # We use (encrypted) plaintext passwords; the default is noplaintext, noanonymous.
            smtp_sasl_security_options = noanonymous
            # The default SMTP TLS security level for the Postfix SMTP client: may or encrypt.
            smtp_tls_security_level = may
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        (await smarthost.ReceivedAsync()).ShouldContain("(Authenticated sender: login_name)");
        await MailLogFile.MatchingAsync(smarthost.Postfix.LogFile, $"sasl_method={mechanism}, sasl_username=login_name");
        (await File.ReadAllTextAsync(relay.LogFile)).ShouldNotContain("pa,ss=w0rd");
    }

    [Fact]
    public async Task R68_Without_a_filter_the_best_mechanism_is_used_in_wrapper_mode_and_by_the_nexthop_as_it_is_written()
    {
        await using var smarthost = await SaslSmarthost.StartAsync("login_name:{PLAIN}password");
        var passwords = Secret("sasl_passwd", $"[127.0.0.1]:{smarthost.Postfix.WrapperPort} login_name:password");
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{smarthost.Postfix.WrapperPort}
            smtp_sasl_auth_enable = yes
            smtp_sasl_password_maps = hash:{passwords}
            smtp_tls_security_level = encrypt
            smtp_tls_wrappermode = yes
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        (await smarthost.ReceivedAsync()).ShouldContain("(Authenticated sender: login_name)");
        await MailLogFile.MatchingAsync(smarthost.Postfix.LogFile, "sasl_method=SCRAM-SHA-256, sasl_username=login_name");
    }

    [Fact]
    public async Task R68_Dovecots_own_submission_service_is_a_smarthost_as_well()
    {
        await using var inbox = new SinkInbox();
        await using var dovecot = await DovecotAuth.StartAsync("login_name:{PLAIN}password", nextPort: inbox.Port);
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{dovecot.SubmissionPort}
            smtp_sasl_auth_enable = yes
            smtp_sasl_password_maps = hash:{Secret("sasl_passwd", $"[127.0.0.1]:{dovecot.SubmissionPort} login_name:password")}
            smtp_tls_security_level = encrypt
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        System.Text.Encoding.ASCII.GetString((await inbox.NextAsync()).Content()).ShouldContain("by dovecot.test with ESMTPSA");
    }

    [Fact]
    public async Task R68_With_no_common_mechanism_the_mail_waits_and_the_log_says_what_was_offered_and_what_is_allowed()
    {
        await using var smarthost = await SaslSmarthost.StartAsync("login_name:{PLAIN}password", "smtpd_sasl_mechanism_filter = plain, login");
        await using var relay = new RelayProcess($"""
            relayhost = {smarthost.Nexthop}
            smtp_sasl_auth_enable = yes
            smtp_sasl_password_maps = hash:{Secret("sasl_passwd", "127.0.0.1 login_name:password")}
            smtp_tls_security_level = may
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        await MailLogFile.MatchingAsync(relay.LogFile, @"dsn=4\.7\.0, status=deferred \(SASL authentication failed; cannot authenticate to server 127\.0\.0\.1\[127\.0\.0\.1\]: "
            + @"no mechanism available; offered: PLAIN \(noplaintext in smtp_sasl_tls_security_options\), LOGIN \(noplaintext in smtp_sasl_tls_security_options\); "
            + @"allowed: SCRAM-SHA-512, SCRAM-SHA-256, SCRAM-SHA-1, SCRAM-SHA-512-PLUS, SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS, CRAM-MD5, DIGEST-MD5, NTLM\)");
    }

    [Fact]
    public async Task R68_A_wrong_password_defers_until_the_table_is_mended()
    {
        await using var smarthost = await SaslSmarthost.StartAsync("login_name:{PLAIN}password");
        var passwords = Secret("sasl_passwd", "127.0.0.1 login_name:wrong");
        await using var relay = new RelayProcess($"""
            relayhost = {smarthost.Nexthop}
            smtp_sasl_auth_enable = yes
            smtp_sasl_password_maps = hash:{passwords}
            smtp_sasl_security_options = noanonymous
            smtp_sasl_mechanism_filter = plain
            smtp_tls_security_level = encrypt
            """);
        await relay.StartAsync();
        await SendAsync(relay);
        await MailLogFile.MatchingAsync(relay.LogFile, @"dsn=4\.7\.8, status=deferred \(SASL authentication failed; server 127\.0\.0\.1\[127\.0\.0\.1\] said: 535 5\.7\.8 Error: authentication failed:");
        Secret("sasl_passwd", "127.0.0.1 login_name:password");
        // The table is looked at again once in a second: until then the old password may be tried again.
        for (var started = Stopwatch.GetTimestamp(); smarthost.Postfix.Inbox.Counters.Messages == 0;)
        {
            (await relay.CommandAsync("postqueue", "-f")).Succeeded();
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Patience);
        }
    }

    [Fact]
    public async Task R31_Each_sender_leaves_by_its_own_host_with_its_own_login()
    {
        await using var provider = await SaslSmarthost.StartAsync("erna@provider.de:{PLAIN}ernaspassword");
        await using var shared = await SaslSmarthost.StartAsync("otto:{PLAIN}ottospassword\npaul:{PLAIN}paulspassword");
        await using var relay = new RelayProcess($"""
            smtp_sender_dependent_authentication = yes
            smtp_sasl_auth_enable = yes
            smtp_sasl_security_options = noplaintext noanonymous
            # The page says no: with yes it has to hold all the more.
            smtp_connection_cache_on_demand = yes
            smtp_sasl_password_maps = hash:{Secret("sasl_password", "erna@provider.de erna@provider.de:ernaspassword\notto@otto.de otto:ottospassword\npaul@paul.com paul:paulspassword")}
            sender_dependent_relayhost_maps = hash:{Secret("sender_dependent", $"erna@provider.de {provider.Nexthop}\notto@otto.de {shared.Nexthop}\npaul@paul.com {shared.Nexthop}")}
            sender_canonical_maps = hash:{Secret("sender_canonical", "erna erna@provider.de\notto otto@otto.de\npaul paul@paul.com")}
            default_destination_concurrency_limit = 1
            """);
        await relay.StartAsync();
        foreach (var sender in new[] { "erna@provider.de", "otto@otto.de", "paul@paul.com", "otto@otto.de", "paul@paul.com", "paul@paul.com" }) await SendAsync(relay, sender);

        (await provider.ReceivedAsync()).ShouldContain("(Authenticated sender: erna@provider.de)");
        for (var i = 0; i < 5; i++)
        {
            var message = await shared.ReceivedAsync();
            var user = Regex.Match(message, @"\(Authenticated sender: (\w+)\)").Groups[1].Value;
            message.ShouldContain($"X-Sender: {user}@");
        }
    }

    [Theory]
    [InlineData("xoauth2")]
    [InlineData("oauthbearer")]
    public async Task X06_Tokens_that_end_in_the_middle_of_a_run_are_renewed_without_a_failed_message(string mechanism)
    {
        const int Rounds = 5, MailsPerRound = 10;
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var smarthost = await SaslSmarthost.StartAsync("nobody:{PLAIN}x", tokenInfoUrl: endpoint.TokenInfoUrl);
        await using var relay = new RelayProcess(TokenMainCf(smarthost, endpoint) + $"""

            smtp_sasl_mechanism_filter = {mechanism}
            smtp_connection_cache_on_demand = no
            """);
        await relay.StartAsync();

        for (var round = 0; round < Rounds; round++)
        {
            for (var mail = 0; mail < MailsPerRound; mail++) await SendAsync(relay);
            for (var mail = 0; mail < MailsPerRound; mail++) (await smarthost.ReceivedAsync()).ShouldContain($"(Authenticated sender: {TokenEndpoint.User})");
            endpoint.RevokeAll();
        }

        var log = await File.ReadAllTextAsync(relay.LogFile);
        log.ShouldNotContain("status=deferred");
        log.ShouldNotContain("status=bounced");
        log.ShouldNotContain("token-");
        endpoint.Requests.Count.ShouldBe(Rounds);
        (await MailLogFile.WithAsync(smarthost.Postfix.LogFile, "sasl_method=")).ShouldMatch($"(?i)sasl_method={mechanism}, sasl_username={TokenEndpoint.User}");
    }

    [Fact]
    public async Task X06_Refresh_tokens_of_short_life_are_written_back_as_they_change()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        var issued = 0;
        endpoint.ExpiresIn = "2";
        endpoint.Refuse = () =>
        {
            endpoint.Extra = $$""","refresh_token":"refresh-{{++issued}}" """;
            return null;
        };
        await using var smarthost = await SaslSmarthost.StartAsync("nobody:{PLAIN}x", tokenInfoUrl: endpoint.TokenInfoUrl);
        var refresh = Secret("refresh", "refresh-0");
        await using var relay = new RelayProcess(TokenMainCf(smarthost, endpoint, $"refresh_token_file={refresh}") + "\nsmtp_connection_cache_on_demand = no\n");
        await relay.StartAsync();

        // Tokens last two seconds and are renewed after one: this goes on until that has happened twice.
        for (var started = Stopwatch.GetTimestamp(); endpoint.Requests.Count < 3;)
        {
            await SendAsync(relay);
            await smarthost.ReceivedAsync();
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Patience);
        }

        endpoint.Requests.Select(r => r["refresh_token"]).ShouldBe(Enumerable.Range(0, endpoint.Requests.Count).Select(n => $"refresh-{n}"));
        (await File.ReadAllTextAsync(refresh)).ShouldBe($"refresh-{endpoint.Requests.Count}\n");
        (await File.ReadAllTextAsync(relay.LogFile)).ShouldNotContain("status=deferred");
    }

    [Fact]
    public async Task X06_A_token_waits_for_a_connection_to_the_right_server_and_for_an_endpoint_that_answers()
    {
        await using var endpoint = await TokenEndpoint.StartAsync();
        await using var smarthost = await SaslSmarthost.StartAsync("nobody:{PLAIN}x", tokenInfoUrl: endpoint.TokenInfoUrl);
        await using var relay = new RelayProcess(TokenMainCf(smarthost, endpoint).Replace("= secure", "= encrypt", StringComparison.Ordinal));
        await relay.StartAsync();
        await SendAsync(relay);
        await MailLogFile.MatchingAsync(relay.LogFile, @"status=deferred \(SASL authentication failed; .*XOAUTH2 \(smtp_oauth_token_protection: the connection is to a server whose certificate was not checked\)");
        endpoint.Requests.ShouldBeEmpty();

        endpoint.Refuse = () => (401, """{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided."}""");
        await File.WriteAllTextAsync(Path.Combine(relay.ConfigDirectory, "main.cf"),
            (await File.ReadAllTextAsync(Path.Combine(relay.ConfigDirectory, "main.cf"))).Replace("smtp_tls_security_level = encrypt", "smtp_tls_security_level = secure", StringComparison.Ordinal));
        (await relay.CommandAsync("reload")).Succeeded();
        await SendAsync(relay);
        await MailLogFile.MatchingAsync(relay.LogFile, $@"no access token from {Regex.Escape(endpoint.Url)}: HTTP status 401: invalid_client AADSTS7000215: Invalid client secret provided\.\)");
    }

    private string TokenMainCf(SaslSmarthost smarthost, TokenEndpoint endpoint, string credentials = "") => $"""
        relayhost = {smarthost.Nexthop}
        smtp_sasl_auth_enable = yes
        smtp_sasl_password_maps = hash:{Secret("sasl_passwd", $"{smarthost.Nexthop} {TokenEndpoint.User}")}
        smtp_oauth_token_maps = hash:{Secret("tokens", $"{TokenEndpoint.User} endpoint={endpoint.Url} client_id=relay "
            + (credentials.Length > 0 ? credentials : $"client_secret_file={Secret("client_secret", "s3cret")}"))}
        smtp_sasl_tls_security_options = noanonymous
        smtp_tls_security_level = secure
        smtp_tls_secure_cert_match = postfix.test
        smtp_tls_CAfile = {smarthost.Postfix.CaFile}
        """;

    private string Secret(string name, string content)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, content.ReplaceLineEndings("\n") + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private static Task SendAsync(RelayProcess relay, string sender = "sender@example.com") => SmtpTalk.SendAsync(relay.Port, "client.test",
        $"Subject: x\r\nX-Sender: {sender}\r\n\r\nHello.\r\n", $"MAIL FROM:<{sender}>", "RCPT TO:<rcpt@example.net>");
}
