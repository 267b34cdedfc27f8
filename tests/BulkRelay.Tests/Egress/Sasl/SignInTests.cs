using System.Net.Security;
using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress.Sasl;

/// <summary>The dialogue with a server, its ends, and what becomes of the mail.</summary>
public sealed class SignInTests
{
    private const string Plain = "AHVzZXIAdGFuc3RhYWY=";

    [Fact]
    public async Task A_session_is_signed_in_before_mail_goes_over_it()
    {
        await using var fixture = Fixture(("smtp_send_dummy_mail_auth", "yes"));
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH PLAIN LOGIN");
            (await c.ExpectAsync("AUTH")).ShouldBe($"AUTH PLAIN {Plain}");
            await c.SayAsync("235 2.7.0 Authentication successful");
            await c.TakeMailAsync();
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        (await server.EndedAsync())[0].Received.ShouldContain("MAIL FROM:<sender@example.com> AUTH=<>\r\n");
    }

    [Theory]
    [InlineData("AUTH=PLAIN LOGIN", "AUTH PLAIN " + Plain)]
    [InlineData("AUTH GSSAPI PLAIN CRAM-MD5", "AUTH CRAM-MD5")]
    [InlineData("AUTH LOGIN", "AUTH LOGIN")]
    [InlineData("AUTH PLAIN SCRAM-SHA-1 SCRAM-SHA-256", "AUTH SCRAM-SHA-256 biws")]
    [InlineData("auth plain", "AUTH PLAIN " + Plain)]
    [InlineData("AUTH SCRAM-SHA-256 SCRAM-SHA-512 SCRAM-SHA-512-PLUS", "AUTH SCRAM-SHA-512 biws")]
    [InlineData("AUTH DIGEST-MD5 NTLM LOGIN", "AUTH LOGIN")]
    [InlineData("AUTH NTLM DIGEST-MD5 SCRAM-SHA-1-PLUS", "AUTH DIGEST-MD5")]
    [InlineData("AUTH GSSAPI NTLM", "AUTH NTLM TlRMTVNTUA")]
    public async Task The_best_mechanism_is_taken(string offer, string command)
    {
        await using var fixture = Fixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync(offer);
            await c.ExpectAsync(command);
            await c.SayAsync("454 4.7.0 not now");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldBe($"SASL authentication failed; server {server.Name} said: 454 4.7.0 not now");
        await server.EndedAsync();
    }

    [Fact]
    public async Task Without_a_login_for_the_server_mail_goes_without()
    {
        await using var fixture = Fixture(("smtp_sasl_password_maps", "inline:{other.example=user:tanstaaf}"));
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH PLAIN");
            await c.TakeMailAsync();
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        (await server.EndedAsync())[0].Received.ShouldNotContain("AUTH");
    }

    [Theory]
    [InlineData("535 5.7.8 no", "yes", DeliveryAction.Deferred, "4.7.8")]
    [InlineData("535 5.7.8 no", "no", DeliveryAction.Failed, "5.7.8")]
    [InlineData("534 5.7.9 too weak", "yes", DeliveryAction.Deferred, "4.7.9")]
    [InlineData("454 4.7.0 not now", "no", DeliveryAction.Deferred, "4.7.0")]
    [InlineData("421 4.7.0 bye", "no", DeliveryAction.Deferred, "4.7.0")]
    public async Task A_refused_login_defers_or_returns_the_mail(string reply, string softBounce, DeliveryAction action, string status)
    {
        await using var fixture = Fixture(("smtp_sasl_auth_soft_bounce", softBounce));
        await using var server = new ScriptedServer(c => RefuseAsync(c, reply));

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(action);
        outcome.Recipients[0].Status.ToString().ShouldBe(status);
        outcome.Recipients[0].Reason.ShouldBe($"SASL authentication failed; server {server.Name} said: {reply}");
        (await server.EndedAsync())[0].Received.ShouldEndWith($"AUTH PLAIN {Plain}\r\nQUIT\r\n");
        (outcome.SiteTrouble is not null).ShouldBe(action == DeliveryAction.Deferred);
    }

    [Fact]
    public async Task After_a_refusal_the_next_host_is_tried()
    {
        await using var fixture = Fixture(("smtp_sasl_password_maps", "inline:{mail.example=user:tanstaaf}"));
        await using var first = new ScriptedServer(c => RefuseAsync(c, "454 4.7.0 not now"));
        await using var second = new ScriptedServer(AcceptPlainAsync);
        fixture.AddHosts("mail.example", EgressFixture.Host("mx1.example", first, 10), EgressFixture.Host("mx2.example", second, 20));

        (await fixture.DeliverAsync("mail.example")).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
    }

    [Theory]
    [InlineData("smtp_sasl_mechanism_filter", "!plain, static:rest", "AUTH PLAIN XOAUTH2 LOGIN", "AUTH LOGIN")]
    [InlineData("smtp_sasl_mechanism_filter", "plain", "AUTH CRAM-MD5 PLAIN", "AUTH PLAIN " + Plain)]
    [InlineData("smtp_sasl_mechanism_filter", "inline:{LOGIN=x}", "AUTH CRAM-MD5 LOGIN", "AUTH LOGIN")]
    [InlineData("smtp_sasl_security_options", "noplaintext", "AUTH PLAIN LOGIN CRAM-MD5", "AUTH CRAM-MD5")]
    [InlineData("smtp_sasl_security_options", "mutual_auth", "AUTH PLAIN CRAM-MD5 SCRAM-SHA-1", "AUTH SCRAM-SHA-1 ")]
    public async Task Filter_and_security_options_leave_mechanisms_out(string name, string value, string offer, string command)
    {
        await using var fixture = Fixture((name, value));
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync(offer);
            await c.ExpectAsync(command);
            await c.SayAsync("535 5.7.8 no");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldContain("535 5.7.8 no");
        await server.EndedAsync();
    }

    [Fact]
    public async Task R68_with_no_common_mechanism_the_reason_says_what_was_offered_and_what_is_allowed()
    {
        await using var fixture = Fixture(("smtp_sasl_security_options", "noplaintext, noanonymous"), ("smtp_sasl_mechanism_filter", "!login, static:rest"));
        await using var server = new ScriptedServer(c => c.GreetAsync("AUTH KERBEROS_V4 PLAIN LOGIN XOAUTH2"));

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Status.ToString().ShouldBe("4.7.0");
        outcome.Recipients[0].Reason.ShouldBe($"SASL authentication failed; cannot authenticate to server {server.Name}: no mechanism available; "
            + "offered: KERBEROS_V4 (not known here), PLAIN (noplaintext in smtp_sasl_security_options), LOGIN (not in smtp_sasl_mechanism_filter), "
            + "XOAUTH2 (takes a token, and smtp_oauth_token_maps has none for the login); allowed: SCRAM-SHA-512, SCRAM-SHA-256, SCRAM-SHA-1, CRAM-MD5, DIGEST-MD5, NTLM");
    }

    [Fact]
    public async Task When_the_filter_leaves_nothing_the_reason_is_postfixs_other_one()
    {
        await using var fixture = Fixture(("smtp_sasl_mechanism_filter", "cram-md5"));
        await using var server = new ScriptedServer(c => c.GreetAsync("AUTH PLAIN"));

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldStartWith(
            $"SASL authentication failed: server {server.Name} offered no compatible authentication mechanisms for this type of connection security; offered: PLAIN (not in smtp_sasl_mechanism_filter); ");
    }

    [Fact]
    public async Task A_password_is_not_sent_in_clear_unless_that_is_allowed()
    {
        await using var fixture = Fixture(("smtp_sasl_plaintext_protection", "encrypted"));
        await using var server = new ScriptedServer(c => c.GreetAsync("AUTH PLAIN LOGIN"));

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Recipients[0].Reason.ShouldContain("PLAIN (smtp_sasl_plaintext_protection: the connection is not encrypted)");
        (await server.EndedAsync())[0].Received.ShouldNotContain("AUTH");
    }

    [Fact]
    public async Task What_a_server_offers_before_tls_does_not_count()
    {
        await using var fixture = Fixture(("smtp_tls_security_level", "encrypt"));
        await using var server = TlsServer("AUTH PLAIN LOGIN", "SIZE 1000", c => c.ReadToEndAsync());

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldBe($"SASL authentication failed; cannot authenticate to server {server.Name}: "
            + "it offers no AUTH for this type of connection security, and smtp_sasl_auth_required is set");
        (await server.EndedAsync())[0].Received.ShouldNotContain("AUTH");
    }

    [Theory]
    [InlineData("encrypted", "noanonymous", "535 5.7.8 no")]
    [InlineData("verified", "noanonymous", "PLAIN (smtp_sasl_plaintext_protection: the connection is to a server whose certificate was not checked)")]
    [InlineData("encrypted", "noplaintext", "PLAIN (noplaintext in smtp_sasl_tls_security_options)")]
    public async Task Over_tls_other_options_hold_and_a_password_may_have_to_wait_for_the_right_server(string protection, string tlsOptions, string reason)
    {
        await using var fixture = Fixture(("smtp_tls_security_level", "encrypt"), ("smtp_sasl_plaintext_protection", protection),
            ("smtp_sasl_security_options", "noplaintext"), ("smtp_sasl_tls_security_options", tlsOptions));
        await using var server = TlsServer("SIZE 1000", "AUTH PLAIN", async c =>
        {
            if (await c.IsNextAsync("AUTH")) await c.SayAsync("535 5.7.8 no");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldContain(reason);
    }

    [Theory]
    [InlineData("yes", DeliveryAction.Deferred)]
    [InlineData("no", DeliveryAction.Delivered)]
    public async Task A_server_with_a_login_of_its_own_that_offers_no_auth_gets_mail_only_if_that_is_allowed(string required, DeliveryAction action)
    {
        await using var fixture = Fixture(("smtp_sasl_auth_required", required));
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            if (action == DeliveryAction.Delivered) await c.TakeMailAsync();
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(action);
        await server.EndedAsync();
    }

    [Fact]
    public async Task Auth_can_be_discarded_from_what_the_server_offers()
    {
        await using var fixture = Fixture(("smtp_sasl_auth_required", "no"), ("smtp_discard_ehlo_keywords", "auth"));
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH PLAIN");
            await c.TakeMailAsync();
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
    }

    [Theory]
    [InlineData("334 !!!", "CRAM-MD5: the server's challenge is not base64")]
    [InlineData("334-a\r\n334 b", "CRAM-MD5: the server's challenge is not base64")]
    [InlineData("334", "CRAM-MD5: the challenge is empty")]
    public async Task A_challenge_without_sense_ends_the_exchange(string challenge, string fault)
    {
        await using var fixture = Fixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH CRAM-MD5");
            await c.ExpectAsync("AUTH CRAM-MD5");
            await c.SayAsync(challenge);
            (await c.ExpectAsync("*")).ShouldBe("*");
            await c.SayAsync("501 5.0.0 aborted");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldBe(
            $"SASL authentication failed; cannot authenticate to server {server.Name}: {fault}");
        (await server.EndedAsync())[0].Received.ShouldEndWith("*\r\nQUIT\r\n");
    }

    [Fact]
    public async Task Endless_challenges_come_to_an_end()
    {
        await using var fixture = Fixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH LOGIN");
            await c.ExpectAsync("AUTH LOGIN");
            do await c.SayAsync("334 VXNlcm5hbWU6");
            while (await c.ExpectAsync("") != "QUIT");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        (await server.EndedAsync())[0].Received.ShouldEndWith($"AUTH LOGIN\r\ndXNlcg==\r\ndGFuc3RhYWY=\r\n*\r\nQUIT\r\n");
    }

    [Fact]
    public async Task A_connection_that_breaks_on_the_way_defers()
    {
        await using var fixture = Fixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH PLAIN");
            await c.ExpectAsync("AUTH PLAIN");
            c.Close();
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Status.ToString().ShouldBe("4.4.2");
        outcome.Recipients[0].Reason.ShouldBe($"lost connection with {server.Name} while performing the EHLO handshake");
    }

    [Fact]
    public async Task A_scram_server_that_says_yes_without_proof_is_not_believed()
    {
        await using var fixture = Fixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH SCRAM-SHA-256");
            await c.ExpectAsync("AUTH SCRAM-SHA-256");
            await c.SayAsync("235 2.7.0 welcome");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldEndWith("SCRAM-SHA-256: the server has not shown that it knows the password");
        (await server.EndedAsync())[0].Received.ShouldNotContain("MAIL");
    }

    [Fact]
    public async Task A_server_that_repeats_secrets_does_not_bring_them_into_reasons_or_the_log()
    {
        await using var fixture = Fixture();
        await using var server = new ScriptedServer(c => RefuseAsync(c, $"535 5.7.8 what is 'AUTH PLAIN {Plain}' and TanSTaaf?"));

        var outcome = (await fixture.DeliverAsync(server.Nexthop)).Recipients[0];

        outcome.Reason.ShouldEndWith("said: 535 5.7.8 what is 'AUTH PLAIN ***' and ***?");
        outcome.DiagnosticCode.ShouldBe("smtp; 535 5.7.8 what is 'AUTH PLAIN ***' and ***?");
        fixture.CloseLog().ShouldNotContain(Plain);
    }

    [Fact]
    public async Task A_long_first_message_waits_until_the_server_asks_for_it()
    {
        var password = new string('p', 400);
        await using var fixture = Fixture(("smtp_sasl_password_maps", $"inline:{{127.0.0.1=user:{password}}}"));
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH PLAIN");
            (await c.ExpectAsync("AUTH")).ShouldBe("AUTH PLAIN");
            await c.SayAsync("334 ");
            (await c.ExpectAsync("")).ShouldBe(Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0user\0{password}")));
            await c.SayAsync("235 2.7.0 ok");
            await c.TakeMailAsync();
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await server.EndedAsync();
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("proxy:btree:/var/lib/bulkrelay/sasl_auth_cache", 2)]
    public async Task A_refused_login_is_remembered_if_that_is_wanted(string cacheName, int attempts)
    {
        var clock = new FakeTimeProvider();
        await using var fixture = new EgressFixture(clock, [.. Settings, ("smtp_sasl_auth_cache_name", cacheName), ("smtp_sasl_auth_cache_time", "1h")]);
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("AUTH PLAIN");
            if (await c.IsNextAsync("AUTH")) await c.SayAsync("535 5.7.8 no");
        });

        await fixture.DeliverAsync(server.Nexthop);
        clock.Advance(TimeSpan.FromMinutes(59));
        var second = await fixture.DeliverAsync(server.Nexthop);
        clock.Advance(TimeSpan.FromMinutes(2));
        await fixture.DeliverAsync(server.Nexthop);

        (await server.EndedAsync()).Count(c => c.Received.Contains("AUTH PLAIN", StringComparison.Ordinal)).ShouldBe(attempts);
        second.Recipients[0].Reason.ShouldBe(cacheName.Length == 0
            ? $"SASL authentication failed; server {server.Name} said: 535 5.7.8 no"
            : "SASL [CACHED] authentication failed; server 127.0.0.1 said: 535 5.7.8 no");
        second.Recipients[0].Status.ToString().ShouldBe("4.7.8");
    }

    private static (string Name, string Value)[] Settings =>
    [
        ("smtp_sasl_auth_enable", "yes"), ("smtp_sasl_password_maps", "inline:{127.0.0.1=user:tanstaaf}"), ("smtp_sasl_security_options", "noanonymous"),
        ("smtp_sasl_plaintext_protection", "none"),
    ];

    private static EgressFixture Fixture(params (string Name, string Value)[] settings) => new([.. Settings, .. settings]);

    /// <summary>Offers one thing in clear and another after STARTTLS, and then goes on.</summary>
    private static ScriptedServer TlsServer(string inClear, string inTls, Func<ScriptedConnection, Task> then) => new(async c =>
    {
        await c.GreetAsync(inClear, "STARTTLS");
        await c.ExpectAsync("STARTTLS");
        await c.SayAsync("220 Go on");
        await c.StartTlsAsync();
        await c.ExpectAsync("EHLO");
        await c.SayAsync($"250-sink\r\n250-{inTls}\r\n250 PIPELINING");
        await then(c);
    })
    { Tls = new SslServerAuthenticationOptions { ServerCertificate = TestCertificate.Make("sink.test").ForServer } };

    private static async Task RefuseAsync(ScriptedConnection c, string reply)
    {
        await c.GreetAsync("AUTH PLAIN");
        await c.ExpectAsync("AUTH PLAIN");
        await c.SayAsync(reply);
    }

    private static async Task AcceptPlainAsync(ScriptedConnection c)
    {
        await c.GreetAsync("AUTH PLAIN");
        await c.ExpectAsync("AUTH PLAIN");
        await c.SayAsync("235 2.7.0 ok");
        await c.TakeMailAsync();
    }
}
