using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress;

public sealed class SmtpReuseTests
{
    [Fact]
    public async Task The_next_mail_goes_out_on_the_same_connection()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(Endless);
        var agent = fixture.CreateAgent(server.Nexthop);

        (await DeliverAsync(agent, server)).ConnectionUses.ShouldBe(0);
        var second = await DeliverAsync(agent, server);
        await agent.DisposeAsync();

        second.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        second.ConnectionUses.ShouldBe(1);
        second.ConnectionSetup.ShouldBe(TimeSpan.Zero);
        fixture.Lookups.Count.ShouldBe(1);
        const string mail = "MAIL FROM:<sender@example.com>\r\nRCPT TO:<rcpt@example.net>\r\nDATA\r\n" + EgressFixture.Simple + ".\r\n";
        (await server.EndedAsync()).ShouldHaveSingleItem().Received.ShouldBe($"EHLO relay.test\r\n{mail}{mail}QUIT\r\n");
    }

    [Fact]
    public async Task An_idle_connection_is_closed_politely()
    {
        var clock = new FakeTimeProvider();
        await using var fixture = new EgressFixture(clock);
        await using var server = new ScriptedServer(Endless);
        var agent = fixture.CreateAgent(server.Nexthop);

        await DeliverAsync(agent, server);
        clock.Advance(TimeSpan.FromSeconds(2));

        (await server.EndedAsync())[0].Received.ShouldEndWith("\r\n.\r\nQUIT\r\n");
        (await DeliverAsync(agent, server)).ConnectionUses.ShouldBe(0);
        server.Connections.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("smtp_connection_cache_on_demand", "no", 3)]
    [InlineData("smtp_connection_reuse_count_limit", "1", 2)]
    [InlineData("smtp_connection_reuse_count_limit", "0", 1)]
    [InlineData("smtp_connection_reuse_time_limit", "25s", 2)]
    [InlineData("smtp_connection_reuse_time_limit", "300s", 1)]
    public async Task A_connection_is_used_as_often_and_as_long_as_configured(string name, string value, int connections)
    {
        var clock = new FakeTimeProvider();
        await using var fixture = new EgressFixture(clock, ("smtp_connection_cache_time_limit", "60s"), (name, value));
        await using var server = new ScriptedServer(Endless);
        var agent = fixture.CreateAgent(server.Nexthop);

        for (var i = 0; i < 3; i++)
        {
            (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
            clock.Advance(TimeSpan.FromSeconds(15));
        }

        server.Connections.Count.ShouldBe(connections);
    }

    [Fact]
    public async Task The_next_connection_begins_when_the_last_one_has_ended()
    {
        await using var fixture = new EgressFixture(("smtp_connection_cache_on_demand", "no"), ("smtp_skip_quit_response", "no"));
        var (saidQuit, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hasEnded = false;
        await using var server = new ScriptedServer(
            async c =>
            {
                await c.GreetAsync();
                await c.TakeMailAsync();
                await c.ExpectAsync("QUIT");
                saidQuit.SetResult();
                await mayEnd.Task;
                hasEnded = true;
                await c.SayAsync("221 Bye");
            },
            async c =>
            {
                hasEnded.ShouldBeTrue("an agent has one connection at a time");
                await c.GreetAsync();
                await c.TakeMailAsync();
                await c.ExpectAsync("QUIT");
                await c.SayAsync("221 Bye");
            });
        var agent = fixture.CreateAgent(server.Nexthop);
        await DeliverAsync(agent, server);
        await saidQuit.Task.WaitAsync(TestProbe.Patience);

        var second = DeliverAsync(agent, server);
        second.IsCompleted.ShouldBeFalse();
        mayEnd.SetResult();

        (await second).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await agent.DisposeAsync();
        (await server.EndedAsync()).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("close at once")]
    [InlineData("say 421")]
    [InlineData("close at MAIL")]
    [InlineData("421 to MAIL")]
    [InlineData("reset at DATA")]
    [InlineData("reset in content")]
    public async Task A_kept_connection_that_is_lost_before_the_dot_is_replaced_and_nobody_notices(string how)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(
            async c =>
            {
                await c.GreetAsync();
                await c.TakeMailAsync();
                await LoseAsync(c, how);
            },
            Endless);
        var agent = fixture.CreateAgent(server.Nexthop);
        await DeliverAsync(agent, server);
        // More than the systems of both sides take without the server reading, so that the dot cannot have left.
        var content = how == "reset in content" ? string.Concat(Enumerable.Repeat($"{new string('x', 70)}\r\n", 400_000)) : EgressFixture.Simple;

        var outcome = await DeliverAsync(agent, server, content);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        outcome.ConnectionUses.ShouldBe(0);
        outcome.SiteTrouble.ShouldBeNull();
        server.Connections.Count.ShouldBe(2);
        fixture.CloseLog().ShouldNotContain("4F2A1");
    }

    [Fact]
    public async Task A_kept_connection_that_is_lost_after_the_dot_leaves_doubt_and_nothing_is_sent_again()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(
            async c =>
            {
                await c.GreetAsync();
                await c.TakeMailAsync();
                await TakeEnvelopeAsync(c);
                await c.ExpectContentAsync();
                c.Close();
            },
            Endless);
        var agent = fixture.CreateAgent(server.Nexthop);
        await DeliverAsync(agent, server);

        var outcome = await DeliverAsync(agent, server);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.InDoubt);
        outcome.ConnectionUses.ShouldBe(1);
        server.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_envelope_that_was_left_behind_is_reset_before_the_next_mail()
    {
        await using var fixture = new EgressFixture();
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
        var agent = fixture.CreateAgent(server.Nexthop);

        (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await agent.DisposeAsync();

        (await server.EndedAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_does_not_reset_is_left()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(
            async c =>
            {
                await c.GreetAsync();
                await c.ExpectAsync("MAIL");
                await c.SayAsync("250 Ok\r\n550 5.1.1 unknown\r\n554 5.5.1 no recipients");
                await c.ExpectAsync("RCPT");
                await c.ExpectAsync("DATA");
                await c.ExpectAsync("RSET");
                await c.SayAsync("502 5.5.1 no");
            },
            Endless);
        var agent = fixture.CreateAgent(server.Nexthop);

        await DeliverAsync(agent, server);
        (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);

        server.Connections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_connection_whose_server_said_421_is_not_kept()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.TakeMailAsync("421 4.3.2 enough for today");
        });
        var agent = fixture.CreateAgent(server.Nexthop);

        (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);

        (await server.EndedAsync())[0].Received.ShouldEndWith("QUIT\r\n");
    }

    private static async Task LoseAsync(ScriptedConnection c, string how)
    {
        switch (how)
        {
            case "close at once":
                c.Close();
                return;
            case "say 421":
                await c.SayAsync("421 4.4.2 idle too long");
                c.Close();
                return;
            case "close at MAIL":
                await c.ExpectAsync("MAIL");
                c.Close();
                return;
            case "421 to MAIL":
                await c.ExpectAsync("MAIL");
                await c.SayAsync("421 4.7.0 too many mails");
                return;
            case "reset at DATA":
                await c.ExpectAsync("MAIL");
                await c.SayAsync("250 Ok");
                c.Reset();
                return;
            default:
                await TakeEnvelopeAsync(c);
                await c.ExpectContentToBeginAsync();
                c.Reset();
                return;
        }
    }

    private static async Task TakeEnvelopeAsync(ScriptedConnection c)
    {
        await c.ExpectAsync("MAIL");
        await c.ExpectAsync("RCPT");
        await c.ExpectAsync("DATA");
        await c.SayAsync("250 Ok\r\n250 Ok\r\n354 Go on");
    }

    private static async Task Endless(ScriptedConnection c)
    {
        await c.GreetAsync();
        while (await c.IsNextAsync("MAIL")) await c.TakeMailAsync();
    }

    private static Task<DeliveryOutcome> DeliverAsync(IDeliveryAgent agent, ScriptedServer server, string content = EgressFixture.Simple) =>
        agent.DeliverAsync(EgressFixture.For(server.Nexthop, EgressFixture.Mail(content)), CancellationToken.None)
            .WaitAsync(TimeSpan.FromSeconds(30));
}
