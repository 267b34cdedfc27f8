using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Egress;
using BulkRelay.Core.Egress.Sasl;
using BulkRelay.Core.Egress.Tls;
using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress;

public sealed class SmtpHandshakeTests
{
    [Theory]
    [InlineData("421 4.3.2 busy", "4.3.2", DeliveryAction.Deferred, "host NAME refused to talk to me: 421 4.3.2 busy")]
    [InlineData("554 5.7.1 no", "4.7.1", DeliveryAction.Deferred, "host NAME refused to talk to me: 554 5.7.1 no")]
    [InlineData("354 what", "5.5.0", DeliveryAction.Failed, "Protocol error: host NAME refused to talk to me: 354 what")]
    public async Task A_refused_greeting_is_trouble_of_the_site(string greeting, string status, DeliveryAction action, string reason)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c => await c.SayAsync(greeting));

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(action);
        outcome.Recipients[0].Status.ToString().ShouldBe(status);
        outcome.Recipients[0].Reason.ShouldBe(reason.Replace("NAME", server.Name));
        outcome.SiteTrouble.ShouldBe(action == DeliveryAction.Deferred ? outcome.Recipients[0].Reason : null);
        (await server.EndedAsync())[0].Received.ShouldBe("QUIT\r\n");
    }

    [Fact]
    public async Task A_5xx_greeting_returns_the_mail_if_the_operator_wants_it()
    {
        await using var fixture = new EgressFixture(("smtp_skip_5xx_greeting", "no"));
        await using var server = new ScriptedServer(async c => await c.SayAsync("554 5.7.1 no"));

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        outcome.SiteTrouble.ShouldBeNull();
    }

    [Theory]
    [InlineData("500 what")]
    [InlineData("450 not now")]
    public async Task Helo_follows_a_refused_ehlo_and_nothing_is_offered_then(string refusal)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.SayAsync("220 sink");
            await c.ExpectAsync("EHLO relay.test");
            await c.SayAsync(refusal);
            await c.ExpectAsync("HELO relay.test");
            await c.SayAsync("250-sink\r\n250 SIZE 1");
            await c.ExpectAsync("MAIL FROM:<sender@example.com>");
            c.IsQuiet.ShouldBeTrue();
            await c.SayAsync("250 Ok");
            await c.ExpectAsync("RCPT");
            await c.SayAsync("250 Ok");
            await c.ExpectAsync("DATA");
            await c.SayAsync("354 Go on");
            await c.ExpectContentAsync();
            await c.SayAsync("250 Ok");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await server.EndedAsync();
    }

    [Fact]
    public async Task A_server_that_closes_at_ehlo_is_not_asked_again()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.SayAsync("220 sink");
            await c.ExpectAsync("EHLO");
            await c.SayAsync("421 4.3.2 shutting down");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason
            .ShouldBe($"host {server.Name} refused to talk to me: 421 4.3.2 shutting down");
        (await server.EndedAsync())[0].Received.ShouldNotContain("HELO");
    }

    [Fact]
    public async Task A_refused_helo_ends_the_attempt()
    {
        await using var fixture = new EgressFixture(("smtp_never_send_ehlo", "yes"));
        await using var server = new ScriptedServer(async c =>
        {
            await c.SayAsync("220 sink ESMTP");
            await c.ExpectAsync("HELO");
            await c.SayAsync("550 5.7.1 bad name");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        outcome.Recipients[0].Reason.ShouldBe($"host {server.Name} refused to talk to me: 550 5.7.1 bad name");
    }

    [Theory]
    [InlineData("220 sink", "HELO")]
    [InlineData("220 sink ESMTP here", "EHLO")]
    public async Task Without_smtp_always_send_ehlo_the_greeting_decides(string greeting, string verb)
    {
        await using var fixture = new EgressFixture(("smtp_always_send_ehlo", "no"));
        await using var server = new ScriptedServer(async c =>
        {
            await c.SayAsync(greeting);
            await c.ExpectAsync(verb);
            c.Close();
        });

        await fixture.DeliverAsync(server.Nexthop);
        await server.EndedAsync();
    }

    [Theory]
    [InlineData("020 sink\r\n", "receiving the initial server greeting")]
    [InlineData("620 sink\r\n", "receiving the initial server greeting")]
    [InlineData("220 sink\r\n250 too early\r\n", "performing the EHLO handshake")]
    public async Task What_is_no_smtp_is_not_talked_to(string octets, string stage)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c => await c.SendAsync(octets));

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Recipients[0].Reason.ShouldBe($"invalid SMTP reply from {server.Name} while {stage}");
        outcome.SiteTrouble.ShouldBe(outcome.Recipients[0].Reason);
        (await server.EndedAsync())[0].Received.ShouldBe("");
    }

    [Theory]
    [InlineData(true, 5, 3)]
    [InlineData(false, 5, 0)]
    public async Task Set_up_and_transmission_are_timed(bool isAccepted, int setup, int transmission)
    {
        var clock = new FakeTimeProvider();
        await using var fixture = new EgressFixture(clock);
        await using var server = new ScriptedServer(async c =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            if (!isAccepted)
            {
                await c.SayAsync("421 4.3.2 busy");
                return;
            }
            await c.GreetAsync();
            await c.IsNextAsync("MAIL");
            clock.Advance(TimeSpan.FromSeconds(3));
            await c.TakeMailAsync();
        });
        var began = clock.GetUtcNow();

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Began.ShouldBe(began);
        outcome.ConnectionSetup.ShouldBe(TimeSpan.FromSeconds(setup));
        outcome.Transmission.ShouldBe(TimeSpan.FromSeconds(transmission));
    }

    [Fact]
    public async Task Discarded_keywords_are_not_used()
    {
        await using var fixture = new EgressFixture(("smtp_discard_ehlo_keywords", "pipelining, size, silent-discard, auth"));
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("SIZE 1");
            await c.ExpectAsync("MAIL FROM:<sender@example.com>");
            c.IsQuiet.ShouldBeTrue();
            c.Close();
        });

        await fixture.DeliverAsync(server.Nexthop);
        await server.EndedAsync();
    }

    [Theory]
    [InlineData(25, true, "5.4.6")]
    [InlineData(25, false, "4.4.6")]
    [InlineData(2525, true, null)]
    public async Task A_server_on_port_25_with_our_own_name_is_ourselves(int port, bool isBestMx, string? status)
    {
        await using var server = new ScriptedServer(async c =>
        {
            await c.SayAsync("220 sink");
            await c.ExpectAsync("EHLO");
            await c.SayAsync("250 Relay.Test");
        });
        await using var fixture = new EgressFixture();
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var connection = new SmtpConnection(socket, TimeProvider.System);
        var error = await connection.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), TimeSpan.FromSeconds(10));
        error.ShouldBe(SocketError.Success);
        var peer = new SmtpPeer(new MailHost("mx.example.net", IPAddress.Loopback, port, 0));

        var identity = new SessionIdentity(fixture.Transport, "example.net", peer.Name, peer.Endpoint, TlsPolicy.None, "", SaslLookup.None);
        var result = await new SmtpHandshake(fixture.Transport, peer, connection, identity, inClear: false).RunAsync(0, isBestMx);
        connection.Dispose();

        (result.Trouble?.Status.ToString()).ShouldBe(status);
        (result.Trouble?.Reason).ShouldBe(status is null ? null : "mail for example.net loops back to myself");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_on_port_465_that_does_not_greet_is_one_that_waits_for_tls(bool isSilent)
    {
        const string advice = "SMTPS wrappermode (TCP port 465) requires setting \"smtp_tls_wrappermode = yes\", and \"smtp_tls_security_level = encrypt\" (or stronger)";
        await using var server = new ScriptedServer(async c =>
        {
            if (isSilent) await c.ReadToEndAsync();
            else c.Close();
        });
        var clock = new FakeTimeProvider();
        await using var fixture = new EgressFixture(clock);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var time = new ArmedTimers(clock);
        var connection = new SmtpConnection(socket, time);
        (await connection.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), TimeSpan.FromSeconds(30))).ShouldBe(SocketError.Success);
        var peer = new SmtpPeer(new MailHost("mx.example.net", IPAddress.Loopback, 465, 0));
        var identity = new SessionIdentity(fixture.Transport, "example.net", peer.Name, peer.Endpoint, TlsPolicy.None, "", SaslLookup.None);

        var running = new SmtpHandshake(fixture.Transport, peer, connection, identity, inClear: false).RunAsync(0, isBestMx: true);
        if (isSilent)
        {
            await time.WhenArmedAsync(TimeSpan.FromSeconds(10));
            clock.Advance(TimeSpan.FromSeconds(10));
        }
        var trouble = (await running.WaitAsync(TimeSpan.FromSeconds(30))).Trouble.ShouldNotBeNull();

        trouble.Status.ToString().ShouldBe("4.4.2");
        trouble.Reason.ShouldEndWith($"while receiving the initial server greeting: {advice}");
        fixture.CloseLog().ShouldContain(advice);
    }
}
