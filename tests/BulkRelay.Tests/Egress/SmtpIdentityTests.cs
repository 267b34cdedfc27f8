using BulkRelay.Core.Queue;
using BulkRelay.Tests.Egress.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress;

/// <summary>A kept session is for mail of the same identity only.</summary>
public sealed class SmtpIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "encrypt", 2)]
    [InlineData("encrypt", "", 2)]
    [InlineData("encrypt", "encrypt protocols=TLSv1.3", 2)]
    [InlineData("encrypt", "encrypt servername=other.test", 2)]
    [InlineData("encrypt", "encrypt", 1)]
    [InlineData("encrypt connection_reuse=no", "encrypt connection_reuse=no", 2)]
    public async Task A_session_of_another_tls_policy_is_closed_and_not_used(string before, string after, int connections)
    {
        await using var server = new ScriptedServer(EndlessAsync) { Tls = TlsSink.Options(TlsSink.Authority) };
        var table = _folder.Write("policy", Line(server, before));
        await using var fixture = new EgressFixture(_clock, ("smtp_tls_policy_maps", $"texthash:{table}"), ("smtp_tls_loglevel", "1"));
        var agent = fixture.CreateAgent(server.Nexthop);

        await DeliverAsync(agent, server);
        await File.WriteAllTextAsync(table, Line(server, after));
        // Tables look at their files again after a while.
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        await DeliverAsync(agent, server);
        await agent.DisposeAsync();

        var seen = await server.EndedAsync();
        seen.Count.ShouldBe(connections);
        seen[0].Received.ShouldEndWith("QUIT\r\n", customMessage: "closed politely");
        seen[^1].Received.Contains("STARTTLS").ShouldBe(after.Length > 0);
        var log = fixture.CloseLog();
        log.Split("TLS connection reused to").Length.ShouldBe(connections == 1 ? 2 : 1);
    }

    [Fact]
    public async Task A_kept_session_is_not_used_while_the_policy_cannot_be_known()
    {
        await using var server = new ScriptedServer(EndlessAsync) { Tls = TlsSink.Options(TlsSink.Authority) };
        var table = _folder.Write("policy", Line(server, "encrypt"));
        await using var fixture = new EgressFixture(_clock, ("smtp_tls_policy_maps", $"texthash:{table}"));
        var agent = fixture.CreateAgent(server.Nexthop);

        await DeliverAsync(agent, server);
        await File.WriteAllTextAsync(table, Line(server, "encrypt nonsense"));
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        var outcome = await DeliverAsync(agent, server);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        (await server.EndedAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_client_certificate_that_was_replaced_ends_the_session_of_the_old_one()
    {
        await using var server = new ScriptedServer(EndlessAsync) { Tls = TlsSink.Options(TlsSink.Authority) };
        var file = _folder.Write("own.pem", Pem());
        await using var fixture = new EgressFixture(_clock, ("smtp_tls_security_level", "encrypt"), ("smtp_tls_cert_file", file));
        var agent = fixture.CreateAgent(server.Nexthop);

        await DeliverAsync(agent, server);
        await DeliverAsync(agent, server);
        server.Connections.Count.ShouldBe(1);
        await File.WriteAllTextAsync(file, Pem() + "\n");
        await DeliverAsync(agent, server);

        server.Connections.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("a@x.test", "b@x.test", 2)]
    [InlineData("a@x.test", "other@y.test", 2)]
    [InlineData("a@x.test", "a@x.test", 1)]
    [InlineData("a@x.test", "twin@x.test", 1)]
    [InlineData("other@y.test", "another@y.test", 1)]
    public async Task A_session_that_is_signed_in_is_for_senders_with_that_login_only(string first, string second, int connections)
    {
        await using var server = new ScriptedServer(SignedInAsync);
        await using var fixture = new EgressFixture(_clock, ("smtp_sasl_auth_enable", "yes"), ("smtp_sender_dependent_authentication", "yes"),
            ("smtp_sasl_security_options", "noanonymous"), ("smtp_sasl_plaintext_protection", "none"),
            ("smtp_sasl_password_maps", "inline:{ a@x.test=a:secret, twin@x.test=a:secret, b@x.test=b:secret }"));
        var agent = fixture.CreateAgent(server.Nexthop);

        await DeliverAsync(agent, server, first);
        await DeliverAsync(agent, server, second);
        await agent.DisposeAsync();

        var seen = await server.EndedAsync();
        seen.Count.ShouldBe(connections);
        foreach (var connection in seen)
        {
            var login = connection.Received.Contains("AUTH PLAIN AGEAc2VjcmV0\r\n", StringComparison.Ordinal) ? "a"
                : connection.Received.Contains("AUTH PLAIN AGIAc2VjcmV0\r\n", StringComparison.Ordinal) ? "b" : "";
            foreach (var sender in new[] { first, second }.Where(s => connection.Received.Contains($"MAIL FROM:<{s}>", StringComparison.Ordinal)))
                (sender switch { "a@x.test" or "twin@x.test" => "a", "b@x.test" => "b", _ => "" }).ShouldBe(login);
        }
    }

    [Fact]
    public async Task Mail_with_a_login_does_not_go_in_clear_where_tls_fails()
    {
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("STARTTLS", "AUTH PLAIN");
            await c.ExpectAsync("STARTTLS");
            await c.SayAsync("220 Go on");
            c.Close();
        });
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "may"), ("smtp_sasl_auth_enable", "yes"),
            ("smtp_sasl_security_options", "noanonymous"), ("smtp_sasl_password_maps", "static:user:secret"));

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason.ShouldBe("Cannot start TLS: handshake failure");

        server.Connections.ShouldHaveSingleItem().Received.ShouldNotContain("AUTH");
    }

    private static string Line(ScriptedServer server, string policy) => policy.Length == 0 ? "# none\n" : $"{server.Nexthop} {policy}\n";

    private static string Pem()
    {
        var own = TestCertificate.Make("relay.test");
        return own.KeyPem + own.CertificatePem;
    }

    private static async Task<DeliveryOutcome> DeliverAsync(IDeliveryAgent agent, ScriptedServer server, string sender = "sender@example.com")
    {
        var mail = EgressFixture.For(server.Nexthop, EgressFixture.Mail());
        var own = mail with { Entry = mail.Entry with { Message = mail.Entry.Message with { Sender = sender } } };
        return await agent.DeliverAsync(own, default).WaitAsync(TestProbe.Patience);
    }

    private static async Task SignedInAsync(ScriptedConnection c)
    {
        await c.GreetAsync("AUTH PLAIN");
        if (await c.IsNextAsync("AUTH"))
        {
            await c.ExpectAsync("AUTH PLAIN ");
            await c.SayAsync("235 2.7.0 Welcome");
        }
        while (await c.IsNextAsync("MAIL")) await c.TakeMailAsync();
    }

    private static async Task EndlessAsync(ScriptedConnection c)
    {
        await c.GreetAsync("STARTTLS");
        if (await c.IsNextAsync("STARTTLS"))
        {
            await c.ExpectAsync("STARTTLS");
            await c.SayAsync("220 Go on");
            await c.StartTlsAsync();
            await c.ExpectAsync("EHLO");
            await c.SayAsync("250-sink\r\n250 PIPELINING");
        }
        while (await c.IsNextAsync("MAIL")) await c.TakeMailAsync();
    }
}
