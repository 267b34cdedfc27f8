namespace BulkRelay.Tests.Ingress.Proxying;

/// <summary>A service behind a load balancer.</summary>
public sealed class ProxyProtocolTests : IngressTest
{
    public ProxyProtocolTests() => Configure(("smtpd_upstream_proxy_protocol", "haproxy"));

    [Fact]
    public async Task The_client_is_who_the_balancer_says_however_the_header_comes()
    {
        using var client = Connect();
        foreach (var octet in "PROXY TCP4 192.0.2.7 10.0.0.1 1234 25\r\n") await client.SendAsync(octet.ToString());
        (await client.ReadReplyAsync()).ShouldStartWith("220 ");
        (await client.CommandAsync("NOOP")).ShouldStartWith("250 ");
        (await StopAndReadLogAsync()).ShouldContain("]: connect from unknown[192.0.2.7]");
    }

    [Fact]
    public async Task The_client_has_no_rights_of_the_balancer()
    {
        using var client = Connect();
        await client.SendAsync("PROXY TCP4 192.0.2.7 10.0.0.1 1234 25\r\n");
        (await client.ReadReplyAsync()).ShouldStartWith("220 ");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await client.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("554 ");
    }

    [Fact]
    public async Task A_client_that_may_send_from_its_own_address_may_send_through_the_balancer()
    {
        using var client = Connect();
        await client.SendAsync("\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\x7f\x00\x00\x01\x0a\x00\x00\x01\x04\xd2\x00\x19");
        (await client.ReadReplyAsync()).ShouldStartWith("220 ");
        (await client.CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await client.CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
    }

    [Theory]
    [InlineData("EHLO x\r\n")]
    [InlineData("PROXY TCP4 192.0.2.7\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff")]
    public async Task Something_else_than_a_header_ends_the_connection(string begin)
    {
        using var client = Connect();
        await client.SendAsync(begin);
        (await client.ReadReplyAsync()).ShouldBe("421 4.3.0 relay.test Server local error");
        (await client.ReadReplyAsync()).ShouldBeNull();
        (await StopAndReadLogAsync()).ShouldContain("warning: haproxy read: ");
    }

    [Theory]
    [InlineData("")]
    [InlineData("PROXY TCP4 192.0.2.7 ")]
    public async Task A_header_that_does_not_come_whole_in_time_ends_the_connection(string begin)
    {
        using var client = Connect();
        await client.SendAsync(begin);
        (await AdvanceUntilAsync(client.ReadReplyAsync(), TimeSpan.FromSeconds(1))).ShouldBe("421 4.3.0 relay.test Server local error");
        (await StopAndReadLogAsync()).ShouldContain("warning: haproxy read: timeout error");
    }
}
