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
}
