using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Egress;

/// <summary>
/// Replies that are not as RFC 5321 has them and that Postfix makes sense of: the first digit of a complete reply decides, and the message is
/// sent once.
/// </summary>
public sealed class SmtpOddRepliesTests
{
    public static TheoryData<string> Positive => new(Odd("250", "250 2.0.0 Ok"));

    public static TheoryData<string> Negative => new(Odd("550", "550 5.7.1 no"));

    [Theory]
    [MemberData(nameof(Positive))]
    public async Task An_odd_but_positive_reply_to_the_final_dot_is_a_delivery_and_no_doubt(string reply)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(c => TakeTwiceAsync(c, reply));
        var agent = fixture.CreateAgent(server.Nexthop);

        for (var i = 0; i < 2; i++)
            (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);

        await agent.DisposeAsync();
        (await server.EndedAsync()).Count.ShouldBe(1);
        server.Connections[0].Received.Split("\r\n.\r\n").Length.ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Negative))]
    public async Task An_odd_refusal_is_one(string reply)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await TakeAsync(c, reply);
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        (await server.EndedAsync())[0].Received.ShouldEndWith("\r\n.\r\nQUIT\r\n");
    }

    [Theory]
    [InlineData("250-a\r\n550 b\r\n", DeliveryAction.Failed)]
    [InlineData("550-a\r\n250 b\r\n", DeliveryAction.Delivered)]
    [InlineData("250-a\r\n450 b\r\n", DeliveryAction.Deferred)]
    [InlineData("299 b\r\n", DeliveryAction.Delivered)]
    [InlineData("260\n", DeliveryAction.Delivered)]
    public async Task The_last_line_decides(string reply, DeliveryAction action)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await TakeAsync(c, reply);
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(action);
    }

    [Theory]
    [InlineData("220-sink\n220 sink ESMTP\n", "250-sink\n250-PIPELINING\n250 8BITMIME\n")]
    [InlineData("welcome\r\n220 sink ESMTP\r\n", "251-sink\r\nwhatever\r\n252-PIPELINING\r\n250 8BITMIME\r\n")]
    [InlineData("MANY220", "MANY250")]
    [InlineData("LONG220", "LONG250")]
    public async Task An_odd_greeting_and_what_an_odd_server_offers_are_understood(string greeting, string ehlo)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.SendAsync(Make(greeting, "220 sink ESMTP"));
            await c.ExpectAsync("EHLO relay.test");
            await c.SendAsync(Make(ehlo, "250-PIPELINING\r\n250 8BITMIME"));
            foreach (var command in new[] { "MAIL FROM:<sender@example.com>", "RCPT", "DATA" }) await c.ExpectAsync(command);
            await c.SendAsync("250 Ok\n250-Ok\n251 Ok\n354-Go\n354 on\n");
            await c.ExpectContentAsync();
            await c.SayAsync("250 2.0.0 Ok");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await server.EndedAsync();
    }

    [Theory]
    [InlineData("250 2.0.0 Ok\r\n250 2.0.0 again\r\n")]
    [InlineData("250 2.0.0 Ok\n550 5.0.0 no\n")]
    [InlineData("250 2.0.0 Ok\r\nnoise\r\n")]
    [InlineData("250 2.0.0 Ok\r\n2")]
    public async Task What_is_said_behind_the_reply_is_no_reply_to_the_next_message(string reply)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(
            async c =>
            {
                await c.GreetAsync();
                await TakeAsync(c, reply);
            },
            async c =>
            {
                await c.GreetAsync();
                await TakeAsync(c, "554 5.7.1 refused\r\n");
            });
        var agent = fixture.CreateAgent(server.Nexthop);

        (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        (await DeliverAsync(agent, server)).Recipients[0].Action.ShouldBe(DeliveryAction.Failed);

        server.Connections.Count.ShouldBe(2);
    }

    private static Task<DeliveryOutcome> DeliverAsync(IDeliveryAgent agent, ScriptedServer server) =>
        agent.DeliverAsync(EgressFixture.For(server.Nexthop, EgressFixture.Mail()), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    private static async Task TakeTwiceAsync(ScriptedConnection c, string reply)
    {
        await c.GreetAsync();
        await TakeAsync(c, reply);
        await TakeAsync(c, reply);
    }

    private static async Task TakeAsync(ScriptedConnection c, string reply)
    {
        foreach (var command in new[] { "MAIL", "RCPT", "DATA" }) await c.ExpectAsync(command);
        await c.SayAsync("250 Ok\r\n250 Ok\r\n354 Go on");
        await c.ExpectContentAsync();
        await c.SendAsync(Make(reply, reply.StartsWith("MANY", StringComparison.Ordinal) || reply.StartsWith("LONG", StringComparison.Ordinal) ? $"{reply[4..]} end" : ""));
    }

    /// <summary>Long texts are no names of tests.</summary>
    private static string Make(string reply, string end) => reply[..Math.Min(4, reply.Length)] switch
    {
        "MANY" => string.Concat(Enumerable.Range(0, 600).Select(i => $"{reply[4..]}-X{i}\r\n")) + end + "\r\n",
        "LONG" => $"{reply[4..]}-{new string('x', 30_000)}\r\n{end}\r\n",
        _ => reply,
    };

    private static IEnumerable<string> Odd(string code, string reply) =>
    [
        $"{reply}\n", $"{code}-a\n{reply}\n", $"{code}-a\r\n{reply}\n", $"{reply}\r\r\n", $"{code}\r\n", $"{code} \r\n", $"{code}\n", $"MANY{code}", $"LONG{code}",
        $"hello there\r\n{reply}\r\n", $"{code}-a\r\nno code here\r\n{reply}\r\n", $"\r\n{reply}\r\n", $"{code}Ok\r\n{reply}\r\n", $"{code}\tOk\n{reply}\n",
    ];
}
