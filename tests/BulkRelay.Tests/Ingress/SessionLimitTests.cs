namespace BulkRelay.Tests.Ingress;

/// <summary>The process limit of a service: so many sessions, and no more.</summary>
public sealed class SessionLimitTests() : IngressTest(sessionLimit: 1)
{
    [Fact]
    public async Task A_client_beyond_the_limit_waits_until_another_has_gone()
    {
        using var first = await ConnectAsync();
        using var second = Connect();
        var banner = second.ReadReplyAsync();
        (await first.CommandAsync("NOOP")).ShouldStartWith("250 ");
        banner.IsCompleted.ShouldBeFalse();
        (await first.CommandAsync("QUIT")).ShouldStartWith("221 ");
        (await banner)!.ShouldStartWith("220 ");
    }

    /// <summary>The place is taken until the second client has said everything: it is there before it is greeted.</summary>
    [Fact]
    public async Task Who_talks_before_the_greeting_is_told_so_whatever_limit_it_has_reached()
    {
        Configure(("smtpd_forbid_unauth_pipelining", "yes"), ("smtpd_client_event_limit_exceptions", ""), ("smtpd_client_connection_rate_limit", "1"));
        using var first = await ConnectAsync();
        using var second = Connect();
        await second.SendAsync("EHLO client.test\r\n");
        (await first.CommandAsync("QUIT")).ShouldStartWith("221 ");
        (await second.ReadReplyAsync()).ShouldBe("554 5.5.0 Error: SMTP protocol synchronization");
        (await StopAndReadLogAsync()).ShouldContain("improper command pipelining after CONNECT from unknown[127.0.0.1]: EHLO client.test");
    }
}
