using BulkRelay.Core.Queue;
using BulkRelay.Tests.Egress.Tls;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress;

/// <summary>Destinations of <c>smtp_connection_cache_destinations</c> share their idle sessions with a server.</summary>
public sealed class SmtpSharedSessionTests
{
    private static readonly string[] Domains = [.. Enumerable.Range(1, 20).Select(i => $"d{i}.test")];

    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public async Task Twenty_domains_with_one_mx_have_one_session(string onDemand)
    {
        await using var server = new ScriptedServer(EndlessAsync);
        await using var fixture = Fixture(server, ("smtp_connection_cache_on_demand", onDemand));

        for (var i = 0; i < Domains.Length; i++)
            (await DeliverAsync(fixture.CreateAgent(Domains[i]), Domains[i])).ConnectionUses.ShouldBe(i);

        server.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Domains_that_name_the_server_differently_share_a_session_in_clear_and_log_their_own_name()
    {
        await using var server = new ScriptedServer(EndlessAsync);
        await using var fixture = Fixture(server);
        fixture.AddHosts("d2.test", EgressFixture.Host("mail.d2.test", server));
        var second = fixture.CreateAgent("d2.test");

        await DeliverAsync(fixture.CreateAgent("d1.test"), "d1.test");
        var outcome = await DeliverAsync(second, "d2.test");
        (await DeliverAsync(second, "d2.test")).ConnectionUses.ShouldBe(2, "it is kept there as one of its own");

        outcome.Recipients[0].Relay.ShouldStartWith("mail.d2.test[");
        server.Connections.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d1.test")]
    [InlineData("d2.test")]
    [InlineData("!d2.test, static:all")]
    public async Task A_domain_that_is_not_named_neither_gives_nor_takes(string named)
    {
        await using var server = new ScriptedServer(EndlessAsync);
        await using var fixture = Fixture(server, ("smtp_connection_cache_destinations", named));

        await DeliverAsync(fixture.CreateAgent("d1.test"), "d1.test");
        await DeliverAsync(fixture.CreateAgent("d2.test"), "d2.test");

        server.Connections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Another_port_of_the_same_server_is_another_server()
    {
        await using var server = new ScriptedServer(EndlessAsync);
        await using var other = new ScriptedServer(EndlessAsync);
        await using var fixture = Fixture(server);
        fixture.AddHosts("d2.test", EgressFixture.Host("mx.test", other));

        await DeliverAsync(fixture.CreateAgent("d1.test"), "d1.test");
        await DeliverAsync(fixture.CreateAgent("d2.test"), "d2.test");

        (server.Connections.Count, other.Connections.Count).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData("a", "a", 1)]
    [InlineData("a", "b", 2)]
    [InlineData("a", "", 2)]
    public async Task A_session_that_is_signed_in_is_for_destinations_with_that_login_only(string first, string second, int connections)
    {
        await using var server = new ScriptedServer(EndlessAsync);
        var logins = $"d1.test={first}:secret" + (second.Length > 0 ? $", d2.test={second}:secret" : "");
        await using var fixture = Fixture(server, ("smtp_sasl_auth_enable", "yes"), ("smtp_sasl_security_options", "noanonymous"),
            ("smtp_sasl_plaintext_protection", "none"), ("smtp_sasl_password_maps", $"inline:{{ {logins} }}"));

        await DeliverAsync(fixture.CreateAgent("d1.test"), "d1.test");
        await DeliverAsync(fixture.CreateAgent("d2.test"), "d2.test");

        server.Connections.Count.ShouldBe(connections);
    }

    [Theory]
    [InlineData("encrypt", "encrypt", 1)]
    [InlineData("encrypt", "none", 2)]
    [InlineData("none", "encrypt", 2)]
    [InlineData("encrypt servername=nexthop", "encrypt servername=nexthop", 2)]
    public async Task Tls_has_to_be_the_same_and_not_made_for_one_name(string first, string second, int connections)
    {
        await using var server = new ScriptedServer(EndlessAsync) { Tls = TlsSink.Options(TlsSink.Authority) };
        await using var fixture = Fixture(server,
            ("smtp_tls_policy_maps", $"inline:{{ {{ d1.test = {first} }}, {{ d2.test = {second} }} }}"));

        await DeliverAsync(fixture.CreateAgent("d1.test"), "d1.test");
        await DeliverAsync(fixture.CreateAgent("d2.test"), "d2.test");

        server.Connections.Count.ShouldBe(connections);
    }

    [Theory]
    [InlineData("smtp_connection_reuse_count_limit", "1", 3)]
    [InlineData("smtp_connection_reuse_time_limit", "25s", 3)]
    [InlineData("smtp_connection_cache_time_limit", "5s", 6)]
    public async Task The_limits_of_a_kept_session_hold_for_all_together(string name, string value, int connections)
    {
        await using var server = new ScriptedServer(EndlessAsync);
        await using var fixture = Fixture(server, ("smtp_connection_cache_time_limit", "49s"), (name, value));

        foreach (var domain in Domains[..6])
        {
            await DeliverAsync(fixture.CreateAgent(domain), domain);
            _clock.Advance(TimeSpan.FromSeconds(15));
        }

        server.Connections.Count.ShouldBe(connections);
    }

    [Fact]
    public async Task A_session_goes_back_to_who_had_it_and_not_beside_one_that_is_in_use()
    {
        await using var server = new ScriptedServer(EndlessAsync);
        await using var fixture = Fixture(server);
        var (first, second) = (fixture.CreateAgent("d1.test"), fixture.CreateAgent("d2.test"));

        for (var i = 0; i < 6; i++)
        {
            await DeliverAsync(first, "d1.test");
            await DeliverAsync(second, "d2.test");
            await DeliverAsync(second, "d2.test");
        }
        await first.DisposeAsync();
        (await DeliverAsync(second, "d2.test")).ConnectionUses.ShouldBe(18);
        await second.DisposeAsync();

        (await server.EndedAsync()).ShouldHaveSingleItem().Received.ShouldEndWith("QUIT\r\n");
    }

    [Fact]
    public async Task Deliveries_at_once_never_use_one_session_together()
    {
        await using var server = new ScriptedServer(EndlessAsync);
        await using var fixture = Fixture(server);
        var agents = Domains.Select(d => (Domain: d, Agent: fixture.CreateAgent(d))).ToList();

        var runs = agents.Select(a => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++) (await DeliverAsync(a.Agent, a.Domain)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        }));
        await Task.WhenAll(runs);
        foreach (var (_, agent) in agents) await agent.DisposeAsync();

        var connections = await server.EndedAsync();
        connections.Count.ShouldBeLessThanOrEqualTo(agents.Count);
        connections.Sum(c => c.Received.Split("MAIL FROM:").Length - 1).ShouldBe(400);
        connections.ShouldAllBe(c => c.Received.EndsWith("QUIT\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_envelope_that_another_destination_left_behind_is_reset()
    {
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync("250 Ok\r\n550 5.1.1 unknown\r\n554 5.5.1 no recipients");
            await c.ExpectAsync("RCPT");
            await c.ExpectAsync("DATA");
            await c.ExpectAsync("RSET");
            await c.SayAsync("250 Ok");
            await c.TakeMailAsync();
        });
        await using var fixture = Fixture(server);

        (await DeliverAsync(fixture.CreateAgent("d1.test"), "d1.test")).Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        (await DeliverAsync(fixture.CreateAgent("d2.test"), "d2.test")).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);

        server.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_session_that_has_died_is_replaced_and_nobody_notices()
    {
        await using var server = new ScriptedServer(
            async c =>
            {
                await c.GreetAsync();
                await c.TakeMailAsync();
                await c.ExpectAsync("MAIL");
                c.Close();
            },
            EndlessAsync);
        await using var fixture = Fixture(server);

        await DeliverAsync(fixture.CreateAgent("d1.test"), "d1.test");
        var outcome = await DeliverAsync(fixture.CreateAgent("d2.test"), "d2.test");

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        (outcome.ConnectionUses, outcome.SiteTrouble).ShouldBe((0, null));
        server.Connections.Count.ShouldBe(2);
    }

    private EgressFixture Fixture(ScriptedServer server, params (string Name, string Value)[] settings)
    {
        var fixture = new EgressFixture(_clock, [("smtp_connection_cache_destinations", string.Join(", ", Domains)), .. settings]);
        foreach (var domain in Domains) fixture.AddHosts(domain, EgressFixture.Host("mx.test", server));
        return fixture;
    }

    private static Task<DeliveryOutcome> DeliverAsync(IDeliveryAgent agent, string domain) =>
        agent.DeliverAsync(EgressFixture.For(domain, EgressFixture.Mail()), CancellationToken.None).WaitAsync(TestProbe.Patience);

    private static async Task EndlessAsync(ScriptedConnection c)
    {
        await c.GreetAsync("STARTTLS", "AUTH PLAIN");
        if (await c.IsNextAsync("STARTTLS"))
        {
            await c.ExpectAsync("STARTTLS");
            await c.SayAsync("220 Go on");
            await c.StartTlsAsync();
            await c.ExpectAsync("EHLO");
            await c.SayAsync("250-sink\r\n250 PIPELINING");
        }
        if (await c.IsNextAsync("AUTH"))
        {
            await c.ExpectAsync("AUTH PLAIN ");
            await c.SayAsync("235 2.7.0 Welcome");
        }
        while (await c.IsNextAsync("MAIL")) await c.TakeMailAsync();
    }
}
