using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Egress;

public sealed class SmtpTlsTests
{
    private static readonly SslServerAuthenticationOptions Certificate = new() { ServerCertificate = SelfSigned() };

    [Theory]
    [InlineData("may", Replay.Whole)]
    [InlineData("encrypt", Replay.LineByLine)]
    public async Task Tls_is_used_where_it_is_offered_and_what_was_offered_in_clear_is_forgotten(string level, Replay replay)
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", level));
        await using var server = new ScriptedServer(async c =>
        {
            await OfferAsync(c, "SIZE 1");
            await c.SayAsync("220 Go on");
            await c.StartTlsAsync();
            await c.ExpectAsync("EHLO relay.test");
            await c.SayAsync("250 sink");
            await TakeWithoutPipeliningAsync(c);
        })
        { Tls = Certificate, Replay = replay };

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await server.EndedAsync();
    }

    [Theory]
    [InlineData("220 Go on\r\n250-sink\r\n250 SIZE 1\r\n")]
    [InlineData("220 Go on\r\n250-sink\r\n250-SIZE 1\r\n250 frag")]
    [InlineData("220 Go on\r\n221 2.0.0 Bye\r\n")]
    public async Task Nothing_that_was_said_in_clear_is_heard_after_tls_has_begun(string octets)
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"));
        await using var server = new ScriptedServer(async c =>
        {
            await OfferAsync(c);
            await c.SendAsync(octets);
            await c.StartTlsAsync();
            await c.ExpectAsync("EHLO relay.test");
            await c.SayAsync("250 sink");
            await TakeWithoutPipeliningAsync(c);
        })
        { Tls = Certificate };

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
    }

    [Theory]
    [InlineData("250 2.0.0 Ok: too early", DeliveryAction.Deferred, "invalid SMTP reply from NAME while sending message body")]
    [InlineData("552 5.3.4 too large", DeliveryAction.Failed, "host NAME said: 552 5.3.4 too large (in reply to end of DATA command)")]
    public async Task A_reply_before_the_dot_is_never_a_success_under_tls_either(string early, DeliveryAction action, string reason)
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"));
        await using var server = new ScriptedServer(async c =>
        {
            await BeginInTlsAsync(c);
            await c.SayAsync(early);
            await c.ReadToEndAsync();
        })
        { Tls = Certificate };
        // More than the buffers of the system hold: the reply is there before the end is written.
        var large = string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 170_000));

        var outcome = await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(large));

        outcome.Recipients[0].Action.ShouldBe(action);
        outcome.Recipients[0].Reason.ShouldBe(reason.Replace("NAME", server.Name, StringComparison.Ordinal));
        (await server.EndedAsync())[0].Received.ShouldNotContain("\r\n.\r\n");
    }

    [Fact]
    public async Task A_second_reply_to_the_dot_is_none_to_the_next_message_under_tls_either()
    {
        var isSaid = new TaskCompletionSource();
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"));
        await using var server = new ScriptedServer(
            async c =>
            {
                await BeginInTlsAsync(c);
                await c.ExpectContentAsync();
                await c.SayAsync("250 2.0.0 Ok");
                await c.SayAsync("250 2.0.0 Ok");
                isSaid.SetResult();
            },
            async c =>
            {
                await BeginInTlsAsync(c);
                await c.ExpectContentAsync();
                await c.SayAsync("554 5.7.1 no");
            })
        { Tls = Certificate };
        var agent = fixture.CreateAgent(server.Nexthop);

        (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await isSaid.Task;
        (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Failed);

        server.Connections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_session_under_tls_carries_many_messages()
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"));
        await using var server = new ScriptedServer(async c =>
        {
            await OfferAsync(c);
            await c.SayAsync("220 Go on");
            await c.StartTlsAsync();
            await c.ExpectAsync("EHLO relay.test");
            await c.SayAsync("250 sink");
            for (var i = 0; i < 20; i++) await TakeWithoutPipeliningAsync(c);
        })
        { Tls = Certificate };
        var agent = fixture.CreateAgent(server.Nexthop);

        for (var i = 0; i < 20; i++) (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);

        server.Connections.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("454 4.7.0 not now", 1)]
    [InlineData("502 5.5.1 what", 1)]
    [InlineData("501 5.5.4 syntax", 1)]
    [InlineData("530 5.7.0 no", 1)]
    [InlineData("354 go on", 1)]
    [InlineData("421 4.7.0 bye", 2)]
    public async Task A_refused_starttls_is_done_without_at_level_may(string reply, int connections)
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "may"));
        await using var server = new ScriptedServer(
            async c =>
            {
                await OfferAsync(c);
                await c.SayAsync(reply);
                if (connections == 1) await TakeWithoutPipeliningAsync(c);
            },
            AcceptInClear);

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        server.Connections.Count.ShouldBe(connections);
    }

    [Theory]
    [InlineData("454 4.7.0 not now")]
    [InlineData("502 5.5.1 what")]
    [InlineData("530 5.7.0 no")]
    [InlineData("354 go on")]
    [InlineData("421 4.7.0 bye")]
    public async Task A_refused_starttls_defers_at_level_encrypt_and_nothing_goes_out_in_clear(string reply)
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"));
        await using var server = new ScriptedServer(async c =>
        {
            await OfferAsync(c);
            await c.SayAsync(reply);
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Recipients[0].Reason.ShouldEndWith($"TLS is required, but host {server.Name} refused to start TLS: {reply}");
        (await server.EndedAsync())[0].Received.ShouldBe("EHLO relay.test\r\nSTARTTLS\r\nQUIT\r\n");
    }

    [Fact]
    public async Task A_server_without_tls_is_no_server_at_level_encrypt()
    {
        await using var fixture = new EgressFixture(("smtp_enforce_tls", "yes"));
        await using var server = new ScriptedServer(AcceptInClear);

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Status.ToString().ShouldBe("4.7.4");
        outcome.Recipients[0].Reason.ShouldBe($"TLS is required, but was not offered by host {server.Name}");
        outcome.SiteTrouble.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("close")]
    [InlineData("close after handshake")]
    public async Task A_failed_handshake_is_followed_by_a_connection_without_tls_at_level_may(string how)
    {
        await using var fixture = new EgressFixture(("smtp_use_tls", "yes"));
        await using var server = new ScriptedServer(c => BreakHandshakeAsync(c, how), AcceptInClear) { Tls = Certificate };

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);

        server.Connections.Count.ShouldBe(2);
        server.Connections[1].Received.ShouldNotContain("STARTTLS");
        fixture.CloseLog().ShouldContain("without TLS");
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("close")]
    public async Task A_failed_handshake_defers_at_level_encrypt(string how)
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"));
        await using var server = new ScriptedServer(c => BreakHandshakeAsync(c, how)) { Tls = Certificate };

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Recipients[0].Status.ToString().ShouldBe("4.7.5");
        // Whether the garbage is read before the connection is found closed is a matter of time.
        outcome.Recipients[0].Reason.ShouldStartWith("Cannot start TLS: handshake failure");
        server.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Tls_is_not_used_unless_asked_for()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("STARTTLS");
            await c.TakeMailAsync();
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        (await server.EndedAsync())[0].Received.ShouldNotContain("STARTTLS");
    }

    [Fact]
    public async Task Large_content_and_kept_connections_work_under_tls()
    {
        var content = "Subject: x\r\n\r\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $".line {i}\r\n"));
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "may"));
        await using var server = new ScriptedServer(async c =>
        {
            await OfferAsync(c);
            await c.SayAsync("220 Go on");
            await c.StartTlsAsync();
            await c.ExpectAsync("EHLO");
            await c.SayAsync("250-sink\r\n250 PIPELINING");
            await c.TakeMailAsync();
            await c.TakeMailAsync();
        })
        { Tls = Certificate };
        var agent = fixture.CreateAgent(server.Nexthop);
        var request = EgressFixture.For(server.Nexthop, EgressFixture.Mail(content));

        await agent.DeliverAsync(request, default).WaitAsync(TimeSpan.FromSeconds(30));
        var second = await agent.DeliverAsync(request, default).WaitAsync(TimeSpan.FromSeconds(30));
        await agent.DisposeAsync();

        second.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        second.ConnectionUses.ShouldBe(1);
        (await server.EndedAsync())[0].Content.ShouldBe(content.Replace("\r\n.", "\r\n..") + ".\r\n");
    }

    [Theory]
    [InlineData("dane", "not yet supported")]
    [InlineData("dane-only", "not yet supported")]
    [InlineData("half-dane", "not yet supported")]
    [InlineData("sometimes", "unknown level")]
    public void A_level_that_is_not_there_is_a_fault_of_the_configuration(string level, string fault) =>
        Should.Throw<FormatException>(() => ConfigSnapshot.With(("smtp_tls_security_level", level))).Message.ShouldContain(fault);

    private static async Task OfferAsync(ScriptedConnection c, params string[] extensions)
    {
        await c.GreetAsync([.. extensions, "STARTTLS"]);
        await c.ExpectAsync("STARTTLS");
    }

    private static Task<DeliveryOutcome> DeliverAsync(IDeliveryAgent agent, ScriptedServer server) =>
        agent.DeliverAsync(EgressFixture.For(server.Nexthop, EgressFixture.Mail()), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Everything up to 354, under TLS.</summary>
    private static async Task BeginInTlsAsync(ScriptedConnection c)
    {
        await OfferAsync(c);
        await c.SayAsync("220 Go on");
        await c.StartTlsAsync();
        await c.ExpectAsync("EHLO relay.test");
        await c.SayAsync("250 sink");
        foreach (var (command, reply) in new[] { ("MAIL", "250 Ok"), ("RCPT", "250 Ok"), ("DATA", "354 Go on") })
        {
            await c.ExpectAsync(command);
            await c.SayAsync(reply);
        }
    }

    private static async Task BreakHandshakeAsync(ScriptedConnection c, string how)
    {
        await OfferAsync(c);
        await c.SayAsync("220 Go on");
        if (how == "garbage") await c.SendAsync("this is no TLS at all");
        if (how == "close after handshake") await c.StartTlsAsync();
        c.Close();
    }

    private static async Task AcceptInClear(ScriptedConnection c)
    {
        await c.GreetAsync();
        await c.TakeMailAsync();
    }

    private static async Task TakeWithoutPipeliningAsync(ScriptedConnection c)
    {
        foreach (var (command, reply) in new[] { ("MAIL", "250 Ok"), ("RCPT", "250 Ok"), ("DATA", "354 Go on") })
        {
            await c.ExpectAsync(command);
            await c.SayAsync(reply);
        }
        await c.ExpectContentAsync();
        await c.SayAsync("250 2.0.0 Ok");
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=sink.test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
