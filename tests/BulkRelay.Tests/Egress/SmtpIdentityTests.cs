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

    private static string Line(ScriptedServer server, string policy) => policy.Length == 0 ? "# none\n" : $"{server.Nexthop} {policy}\n";

    private static string Pem()
    {
        var own = TestCertificate.Make("relay.test");
        return own.KeyPem + own.CertificatePem;
    }

    private static async Task<DeliveryOutcome> DeliverAsync(IDeliveryAgent agent, ScriptedServer server) =>
        await agent.DeliverAsync(EgressFixture.For(server.Nexthop, EgressFixture.Mail()), default).WaitAsync(TestProbe.Patience);

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
