using BulkRelay.Core.Queue;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress;

public sealed class SmtpLostLinkTests
{
    private const string BeforeDot = "sending message body";
    private const string AfterDot = "sending end of data -- message may be sent more than once";

    /// <summary>More than the systems of both sides take without the server reading.</summary>
    private static readonly string Large = string.Concat(Enumerable.Repeat($"{new string('x', 70)}\r\n", 400_000));

    /// <summary>Each stage has a time of its own, so that a test can tell what is being waited for.</summary>
    private static readonly (string, string)[] Timeouts =
    [
        ("smtp_helo_timeout", "11"), ("smtp_mail_timeout", "12"), ("smtp_rcpt_timeout", "13"),
        ("smtp_data_init_timeout", "14"), ("smtp_data_xfer_timeout", "15"), ("smtp_data_done_timeout", "16"),
    ];

    public static TheoryData<string, string, bool> Stages => new()
    {
        { "greeting", "receiving the initial server greeting", false },
        { "ehlo", "performing the EHLO handshake", false },
        { "mail", "sending MAIL FROM", false },
        { "rcpt", "sending RCPT TO", false },
        { "data", "sending DATA command", false },
        { "dot", AfterDot, true },
    };

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task A_closed_connection_defers_and_after_the_dot_leaves_doubt(string where, string stage, bool isInDoubt)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(c => StopAtAsync(c, where, () => c.Close()));

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        var recipient = outcome.Recipients[0];
        recipient.Action.ShouldBe(isInDoubt ? DeliveryAction.InDoubt : DeliveryAction.Deferred);
        recipient.Status.ToString().ShouldBe("4.4.2");
        recipient.Reason.ShouldBe($"lost connection with {server.Name} while {stage}");
        outcome.SiteTrouble.ShouldBe(recipient.Reason);
        await server.EndedAsync();
    }

    [Theory]
    [InlineData("rcpt")]
    [InlineData("data")]
    [InlineData("dot")]
    public async Task A_reset_is_no_different_from_a_close(string where)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(c => StopAtAsync(c, where, () => c.Reset()));

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(where == "dot" ? DeliveryAction.InDoubt : DeliveryAction.Deferred);
        outcome.Recipients[0].Reason.ShouldStartWith($"lost connection with {server.Name} while ");
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public async Task A_server_that_says_nothing_more_is_waited_for_only_so_long(string where, string stage, bool isInDoubt)
    {
        var clock = new FakeTimeProvider();
        var time = new ArmedTimers(clock);
        await using var fixture = new EgressFixture(time, Timeouts);
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedServer(c => StopAtAsync(c, where, stopped.SetResult));

        var delivery = fixture.DeliverAsync(server.Nexthop);
        await stopped.Task;
        var limit = TimeSpan.FromSeconds(where switch { "mail" => 12, "rcpt" => 13, "data" => 14, "dot" => 16, _ => 11 });
        await time.WhenArmedAsync(limit);
        clock.Advance(limit);
        var outcome = await delivery;

        outcome.Recipients[0].Action.ShouldBe(isInDoubt ? DeliveryAction.InDoubt : DeliveryAction.Deferred);
        outcome.Recipients[0].Status.ToString().ShouldBe("4.4.2");
        outcome.Recipients[0].Reason.ShouldBe($"conversation with {server.Name} timed out while {stage}");
        outcome.SiteTrouble.ShouldBe(outcome.Recipients[0].Reason);
    }

    [Fact]
    public async Task A_reply_that_trickles_in_does_not_extend_the_time()
    {
        var clock = new FakeTimeProvider();
        var time = new ArmedTimers(clock);
        await using var fixture = new EgressFixture(time, Timeouts);
        await using var server = new ScriptedServer(async c =>
        {
            await EnvelopeAsync(c);
            await c.SayAsync("250 Ok");
            await time.WhenArmedAsync(TimeSpan.FromSeconds(13));
            for (var i = 0; i < 4; i++)
            {
                await c.SayAsync("250-still there");
                clock.Advance(TimeSpan.FromSeconds(3));
            }
            clock.Advance(TimeSpan.FromSeconds(1));
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Reason
            .ShouldBe($"conversation with {server.Name} timed out while sending RCPT TO");
    }

    [Fact]
    public async Task A_server_that_takes_no_more_content_is_waited_for_only_so_long()
    {
        var clock = new FakeTimeProvider();
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var fixture = new EgressFixture(clock, Timeouts);
        await using var server = new ScriptedServer(async c =>
        {
            await EnvelopeAsync(c);
            await c.SayAsync("250 Ok\r\n250 Ok\r\n354 Go on");
            await c.ExpectContentToBeginAsync();
            clock.Advance(TimeSpan.FromSeconds(15));
            await release.Task;
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(Large));
        release.SetResult();

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Recipients[0].Reason.ShouldBe($"conversation with {server.Name} timed out while {BeforeDot}");
    }

    [Theory]
    [InlineData("garbage\r\n221 2.0.0 Bye\r\n")]
    [InlineData("650 what\r\n250 Ok\r\n")]
    [InlineData("150 wait\r\n250 Ok\r\n")]
    public async Task Garbage_after_the_dot_is_no_success_and_leaves_doubt(string octets)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await StopAtAsync(c, "dot", () => { });
            await c.SendAsync(octets);
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.InDoubt);
        outcome.Recipients[0].Reason.ShouldBe($"invalid SMTP reply from {server.Name} while {AfterDot}");
    }

    [Fact]
    public async Task Half_a_reply_after_the_dot_leaves_doubt()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(c => StopAtAsync(c, "dot", async () =>
        {
            await c.SendAsync("250-2.0.0 Ok\r\n250");
            c.Close();
        }));

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.InDoubt);
    }

    [Theory]
    [InlineData("250 2.0.0 Ok: too early", DeliveryAction.Deferred, "invalid SMTP reply from NAME while sending message body")]
    [InlineData("552 5.3.4 too large", DeliveryAction.Failed, "host NAME said: 552 5.3.4 too large (in reply to end of DATA command)")]
    [InlineData("421 4.3.2 going down", DeliveryAction.Deferred, "host NAME said: 421 4.3.2 going down (in reply to end of DATA command)")]
    public async Task A_reply_before_the_dot_is_never_a_success(string early, DeliveryAction action, string reason)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await EnvelopeAsync(c);
            await c.SayAsync($"250 Ok\r\n250 Ok\r\n354 Go on\r\n{early}");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(action);
        outcome.Recipients[0].Reason.ShouldBe(reason.Replace("NAME", server.Name));
        (await server.EndedAsync())[0].Received.ShouldNotContain("\r\n.\r\n");
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_the_content_leaves_no_doubt()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await EnvelopeAsync(c);
            await c.SayAsync("250 Ok\r\n250 Ok\r\n354 Go on");
            await c.ExpectContentToBeginAsync();
            c.Reset();
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(Large));

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Recipients[0].Reason.ShouldBe($"lost connection with {server.Name} while {BeforeDot}");
    }

    [Fact]
    public async Task What_was_decided_before_the_link_was_lost_stays_decided()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync("250 Ok\r\n550 5.1.1 unknown\r\n250 Ok");
            c.Close();
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop,
            EgressFixture.Mail(EgressFixture.Simple, "a@example.net", "b@example.net", "c@example.net"));

        outcome.Recipients.Select(r => r.Action).ShouldBe([DeliveryAction.Failed, DeliveryAction.Deferred, DeliveryAction.Deferred]);
    }

    private static async Task EnvelopeAsync(ScriptedConnection c)
    {
        await c.GreetAsync();
        await c.ExpectAsync("MAIL");
        await c.ExpectAsync("RCPT");
        await c.ExpectAsync("DATA");
    }

    private static async Task StopAtAsync(ScriptedConnection c, string where, Action stop)
    {
        if (where != "greeting")
        {
            if (where != "ehlo")
            {
                await EnvelopeAsync(c);
                if (where != "mail") await c.SayAsync("250 Ok");
                if (where is "data" or "dot") await c.SayAsync("250 Ok");
                if (where == "dot")
                {
                    await c.SayAsync("354 Go on");
                    await c.ExpectContentAsync();
                }
            }
            else
            {
                await c.SayAsync("220 sink");
                await c.ExpectAsync("EHLO");
            }
        }
        stop();
    }
}
