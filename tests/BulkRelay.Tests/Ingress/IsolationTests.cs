using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.Ingress;

/// <summary>Sessions do not get into each other's way.</summary>
public sealed class IsolationTests : IngressTest
{
    [Fact]
    public async Task Clients_that_stall_do_not_hold_up_others()
    {
        var stalled = new List<TestClient>();
        for (var i = 0; i < 20; i++)
        {
            stalled.Add(await ConnectAsync());
            await stalled[^1].BeginMessageAsync();
            await stalled[^1].SendAsync("Subject: never ends\r\n");
        }
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        (await client.CommandAsync("x: y\r\n.")).ShouldStartWith("250 ");
        stalled.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task A_session_that_crashes_drops_its_connection_and_nothing_else()
    {
        using var other = await ConnectAsync();
        using var client = await ConnectAsync();
        Submit = _ => throw new InvalidOperationException("a bug");
        await client.BeginMessageAsync();
        await client.SendAsync("x: y\r\n.\r\n");
        (await client.ReadReplyAsync()).ShouldBeNull("no answer can be given for a message of which nobody knows what became of it");
        Submit = _ => ValueTask.FromResult(StoreResult.Stored);
        await other.BeginMessageAsync();
        (await other.CommandAsync("x: y\r\n.")).ShouldStartWith("250 ");
        (await StopAndReadLogAsync()).ShouldContain(
            "error: a session of service smtp failed and was cut off: System.InvalidOperationException: a bug");
        await WaitForFreeMemoryAsync();
    }

    [Fact]
    public async Task Memory_for_messages_is_shared_and_bounded()
    {
        Configure(("smtpd_content_memory_limit", "1048576"));
        using var first = await ConnectAsync();
        await first.BeginMessageAsync();
        await first.SendAsync("\r\n" + string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 400)));
        await WaitForMemoryAsync(used => used == 0); // it has the place for a large one by now
        using var second = await ConnectAsync();
        (await second.CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await second.CommandAsync("MAIL FROM:<a@x.test> SIZE=1100000")).ShouldStartWith("250 ");
        (await second.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
        (await second.CommandAsync("DATA")).ShouldBe("452 4.3.1 Error: too much mail is being received, try again later");
        (await first.CommandAsync("x: y\r\n.")).ShouldStartWith("250 ");
        (await second.CommandAsync("DATA")).ShouldStartWith("354 ");
        (await second.CommandAsync("x: y\r\n.")).ShouldStartWith("250 ");
        await WaitForFreeMemoryAsync();
    }

    [Fact]
    public async Task Announcements_of_clients_that_send_nothing_keep_nobody_out()
    {
        Configure(("smtpd_content_memory_limit", "1048576"));
        var greedy = new List<TestClient>();
        for (var i = 0; i < 50; i++)
        {
            greedy.Add(await ConnectAsync());
            (await greedy[^1].CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
            (await greedy[^1].CommandAsync("MAIL FROM:<a@x.test> SIZE=600000")).ShouldStartWith("250 ");
            (await greedy[^1].CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
            (await greedy[^1].CommandAsync("DATA")).ShouldStartWith("354 ");
        }
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        await client.SendAsync("\r\n" + string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 300)));
        (await client.CommandAsync(".")).ShouldStartWith("250 ");
        greedy.ForEach(g => g.Dispose());
    }

    [Fact]
    public async Task A_message_that_outgrows_the_memory_is_refused_at_its_end()
    {
        Configure(("smtpd_content_memory_limit", "1048576"));
        using var first = await ConnectAsync();
        await first.BeginMessageAsync();
        await first.SendAsync("\r\n" + new string('x', 2_000_000) + "\r\n");
        await WaitForMemoryAsync(used => used == 0); // one large message has its memory beside the others
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        await client.SendAsync("\r\n" + new string('x', 2_000_000) + "\r\n.\r\n");
        (await client.ReadReplyAsync()).ShouldBe("452 4.3.1 Error: too much mail is being received, try again later");
        (await first.CommandAsync("x: y\r\n.")).ShouldStartWith("250 ");
        await WaitForFreeMemoryAsync();
    }

    [Fact]
    public async Task A_running_session_keeps_its_configuration_and_a_new_one_has_the_new()
    {
        using var old = await ConnectAsync();
        Configure(("disable_vrfy_command", "yes"));
        using var fresh = await ConnectAsync();
        (await old.CommandAsync("VRFY <a@x.test>")).ShouldStartWith("252 ");
        (await fresh.CommandAsync("VRFY <a@x.test>")).ShouldStartWith("502 ");
    }
}
