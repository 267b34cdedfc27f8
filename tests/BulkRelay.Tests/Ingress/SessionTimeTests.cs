namespace BulkRelay.Tests.Ingress;

/// <summary>What a session does when its client does nothing.</summary>
public sealed class SessionTimeTests : IngressTest
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_silent_client_is_told_and_sent_away()
    {
        using var client = await ConnectAsync();
        (await AdvanceUntilAsync(client.ReadReplyAsync(), Minute)).ShouldBe("421 4.4.2 relay.test Error: timeout exceeded");
        (await client.ReadReplyAsync()).ShouldBeNull();
        (await StopAndReadLogAsync()).ShouldContain("timeout after CONNECT from unknown[127.0.0.1]");
    }

    [Fact]
    public async Task A_client_that_falls_silent_in_its_message_leaves_none()
    {
        Submit = _ => throw new InvalidOperationException("nothing may be submitted");
        using var client = await ConnectAsync();
        await client.BeginMessageAsync();
        await client.SendAsync("Subject: x\r\n");
        (await AdvanceUntilAsync(client.ReadReplyAsync(), Minute)).ShouldBe("421 4.4.2 relay.test Error: timeout exceeded");
        var log = await StopAndReadLogAsync();
        log.ShouldMatch(@"timeout after DATA \((0|12) bytes\) from unknown\[127.0.0.1\]");
        await WaitForFreeMemoryAsync();
    }

    [Fact]
    public async Task A_client_that_speaks_now_and_then_may_stay()
    {
        using var client = await ConnectAsync();
        for (var i = 0; i < 10; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(299));
            (await client.CommandAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
        }
    }

    [Fact]
    public async Task After_ten_errors_each_reply_takes_a_second()
    {
        using var client = await ConnectAsync();
        for (var i = 0; i < 9; i++) (await client.CommandAsync("FOO")).ShouldStartWith("500 ");
        var slow = client.CommandAsync("FOO");
        await Time.WaitForTimersAsync(2);
        slow.IsCompleted.ShouldBeFalse();
        (await AdvanceUntilAsync(slow, TimeSpan.FromMilliseconds(100))).ShouldStartWith("500 ");
        (Time.GetUtcNow() - new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero)).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task With_a_deadline_a_client_that_sends_an_octet_now_and_then_may_not_stay()
    {
        Configure(("smtpd_per_request_deadline", "yes"), ("smtpd_timeout", "30s"));
        using var client = await ConnectAsync();
        for (var i = 0; i < 5; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(29));
            (await client.CommandAsync("NOOP")).ShouldBe("250 2.0.0 Ok");
        }
        var answer = client.ReadReplyAsync();
        for (var i = 0; i < 60 && !answer.IsCompleted; i++)
        {
            await client.SendAsync("N");
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(answer, Task.Delay(TimeSpan.FromMilliseconds(20)));
        }
        (await answer.WaitAsync(Patience)).ShouldBe("421 4.4.2 relay.test Error: timeout exceeded");
    }
}
