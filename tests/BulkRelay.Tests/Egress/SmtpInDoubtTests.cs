using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Egress;

/// <summary><c>in_doubt_action = retry</c>: what may have arrived goes once more, to the host that can know.</summary>
public sealed class SmtpInDoubtTests
{
    private static readonly (string, string)[] Retry = [("in_doubt_action", "retry")];

    [Fact]
    public async Task Mail_in_doubt_goes_again_at_once_over_a_new_connection_to_the_same_host()
    {
        await using var fixture = new EgressFixture(Retry);
        await using var server = new ScriptedServer(LoseAsync, AcceptAsync);

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        outcome.SentAgain.ShouldBe(1);
        server.Connections.Count.ShouldBe(2);
        fixture.CloseLog().ShouldContain($"in doubt whether 127.0.0.1[127.0.0.1]:{server.Port} has the message: sending it again to the same host");
    }

    [Fact]
    public async Task It_goes_again_once_and_stays_in_doubt()
    {
        await using var fixture = new EgressFixture(Retry);
        await using var server = new ScriptedServer(LoseAsync);

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.InDoubt);
        server.Connections.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_host_that_has_gone_leaves_it_in_doubt_and_no_other_host_gets_it()
    {
        await using var fixture = new EgressFixture(Retry);
        await using var other = new ScriptedServer(AcceptAsync);
        await using var server = new ScriptedServer(LoseAsync, async c =>
        {
            await c.SayAsync("421 4.3.2 going down");
            c.Close();
        });

        var outcome = await fixture.DeliverAsync($"{server.Nexthop}, {other.Nexthop}");

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.InDoubt);
        outcome.Recipients[0].Reason.ShouldContain("421 4.3.2 going down");
        other.Connections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Recipients_without_doubt_are_left_alone()
    {
        await using var fixture = new EgressFixture(Retry);
        await using var server = new ScriptedServer(
            async c =>
            {
                await c.GreetAsync();
                foreach (var command in new[] { "MAIL", "RCPT", "RCPT", "RCPT", "DATA" }) await c.ExpectAsync(command);
                await c.SayAsync("250 Ok\r\n450 4.2.0 busy\r\n250 Ok\r\n550 5.1.1 unknown\r\n354 Go on");
                await c.ExpectContentAsync();
                c.Close();
            },
            AcceptAsync);

        var outcome = await fixture.DeliverAsync(server.Nexthop,
            EgressFixture.Mail(EgressFixture.Simple, "busy@example.net", "doubtful@example.net", "unknown@example.net"));

        outcome.Recipients.Select(r => r.Action).ShouldBe([DeliveryAction.Deferred, DeliveryAction.Delivered, DeliveryAction.Failed]);
        outcome.SentAgain.ShouldBe(1);
    }

    [Fact]
    public async Task By_default_nothing_goes_again_at_once()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(LoseAsync, AcceptAsync);

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.InDoubt);

        server.Connections.Count.ShouldBe(1);
    }

    private static async Task LoseAsync(ScriptedConnection c)
    {
        await TakeAsync(c);
        c.Close();
    }

    private static async Task AcceptAsync(ScriptedConnection c)
    {
        await TakeAsync(c);
        await c.SayAsync("250 2.0.0 Ok");
    }

    private static async Task TakeAsync(ScriptedConnection c)
    {
        await c.GreetAsync();
        foreach (var command in new[] { "MAIL", "RCPT", "DATA" }) await c.ExpectAsync(command);
        await c.SayAsync("250 Ok\r\n250 Ok\r\n354 Go on");
        await c.ExpectContentAsync();
    }
}
