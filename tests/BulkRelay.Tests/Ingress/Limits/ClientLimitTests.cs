namespace BulkRelay.Tests.Ingress.Limits;

/// <summary>What a client hears that does too much.</summary>
public sealed class ClientLimitTests : IngressTest
{
    private static readonly (string, string) NoExceptions = ("smtpd_client_event_limit_exceptions", "");

    [Fact]
    public async Task More_connections_at_once_than_allowed_are_sent_away_until_one_closes()
    {
        Configure(NoExceptions, ("smtpd_client_connection_count_limit", "2"));
        using var first = await ConnectAsync();
        using var second = await ConnectAsync();
        using (var third = Connect())
        {
            (await third.ReadReplyAsync()).ShouldBe("421 4.7.0 relay.test Error: too many connections from 127.0.0.1");
            (await third.ReadReplyAsync()).ShouldBeNull();
        }
        (await first.CommandAsync("QUIT")).ShouldStartWith("221 ");
        (await first.ReadReplyAsync()).ShouldBeNull();
        await ConnectedInTheEndAsync();
        var log = await StopAndReadLogAsync();
        log.ShouldContain("warning: Connection concurrency limit exceeded: 3 from unknown[127.0.0.1] for service ");
        log.ShouldContain("disconnect from unknown[127.0.0.1] commands=0/0");
        log.ShouldContain("statistics: max connection count ");
    }

    [Fact]
    public async Task More_connections_within_the_time_than_allowed_are_sent_away_until_it_is_over()
    {
        Configure(NoExceptions, ("smtpd_client_connection_rate_limit", "2"));
        for (var i = 0; i < 2; i++) (await ConnectAsync()).Dispose();
        using (var third = Connect()) (await third.ReadReplyAsync()).ShouldBe("421 4.7.0 relay.test Error: too many connections from 127.0.0.1");
        Time.Advance(TimeSpan.FromSeconds(61));
        (await ConnectAsync()).Dispose();
        (await StopAndReadLogAsync()).ShouldContain("warning: Connection rate limit exceeded: 3 from unknown[127.0.0.1] for service ");
    }

    [Fact]
    public async Task More_messages_within_the_time_than_allowed_are_refused_over_all_connections()
    {
        Configure(NoExceptions, ("smtpd_client_message_rate_limit", "2"));
        using var first = await ConnectAsync();
        (await first.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await first.CommandAsync("RSET")).ShouldStartWith("250 ");
        (await first.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        using var second = await ConnectAsync();
        (await second.CommandAsync("MAIL FROM:<a@x.test>")).ShouldBe("450 4.7.1 Error: too much mail from 127.0.0.1");
        (await second.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("503 ");
        Time.Advance(TimeSpan.FromSeconds(61));
        (await second.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await StopAndReadLogAsync()).ShouldContain("warning: Message delivery request rate limit exceeded: 3 from unknown[127.0.0.1] for service ");
    }

    [Fact]
    public async Task More_recipients_within_the_time_than_allowed_are_refused_and_the_message_goes_to_the_others()
    {
        Configure(NoExceptions, ("smtpd_client_recipient_rate_limit", "1"));
        using var client = await ConnectAsync();
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await client.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
        (await client.CommandAsync("RCPT TO:<c@y.test>")).ShouldBe("450 4.7.1 Error: too many recipients from 127.0.0.1");
        (await client.CommandAsync("DATA")).ShouldStartWith("354 ");
        (await client.CommandAsync(".")).ShouldStartWith("250 ");
        (await StopAndReadLogAsync()).ShouldContain("warning: Recipient address rate limit exceeded: 2 from unknown[127.0.0.1] for service ");
    }

    [Theory]
    [InlineData("smtpd_client_event_limit_exceptions", "127.0.0.0/8")]
    [InlineData("smtpd_authorized_xclient_hosts", "127.0.0.1")]
    public async Task Clients_that_are_excepted_have_no_limits_and_are_not_counted(string parameter, string clients)
    {
        Configure(NoExceptions, ("smtpd_client_connection_count_limit", "1"), ("smtpd_client_message_rate_limit", "1"), (parameter, clients));
        using var first = await ConnectAsync();
        using var second = await ConnectAsync();
        for (var i = 0; i < 3; i++)
        {
            (await second.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
            (await second.CommandAsync("RSET")).ShouldStartWith("250 ");
        }
        (await StopAndReadLogAsync()).ShouldNotContain("statistics:");
    }

    [Fact]
    public async Task A_client_that_becomes_another_is_counted_as_that_one()
    {
        Configure(NoExceptions, ("smtpd_client_connection_count_limit", "1"), ("smtpd_authorized_xclient_hosts", "127.0.0.1"));
        using var first = await ConnectAsync();
        (await first.CommandAsync("XCLIENT ADDR=192.0.2.1")).ShouldStartWith("220 ");
        using var second = await ConnectAsync();
        (await second.CommandAsync("XCLIENT ADDR=192.0.2.1")).ShouldBe("421 4.7.0 relay.test Error: too many connections from 192.0.2.1");
        (await second.ReadReplyAsync()).ShouldBeNull();
        using var third = await ConnectAsync();
        (await third.CommandAsync("XCLIENT ADDR=192.0.2.2")).ShouldStartWith("220 ");
    }

    /// <summary>The server notices a moment later that a client has gone.</summary>
    private async Task ConnectedInTheEndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            using var client = Connect();
            if ((await client.ReadReplyAsync())!.StartsWith("220 ", StringComparison.Ordinal)) return;
        }
    }
}
