using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>A campaign does not delay a single message to the same destination.</summary>
public sealed class Fair_shares
{
    private const int Campaign = 3000;

    /// <summary>Before the relay was restarted all mail is in memory or comes fresh; after it, all mail is read from the store.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task X03_a_single_message_waits_for_one_delivery_slot_at_most(bool isRestartedBefore, bool isRestartedAfter)
    {
        await using var inbox = new SinkInbox(new SinkOptions { Delay = TimeSpan.FromMilliseconds(20) });
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{inbox.Port}
            default_destination_concurrency_limit = 1
            qmgr_destination_active_limit = 200
            """);
        await relay.StartAsync();
        await SendAsync(relay, "news@shop.test", Campaign);
        if (isRestartedBefore) await RestartAsync(relay);
        await SendAsync(relay, "reset@shop.test", 1);
        if (isRestartedAfter) await RestartAsync(relay);

        // What had arrived by now, and the one under way, were started before the single message could be.
        var begun = inbox.Counters.Messages + 1;
        var before = 0L;
        while ((await inbox.NextAsync()).Sender != "reset@shop.test") before++;
        (before - begun).ShouldBeLessThanOrEqualTo(1);
        before.ShouldBeLessThan(Campaign, "the campaign was still being sent");
    }

    private static async Task RestartAsync(RelayProcess relay)
    {
        await relay.KillAsync();
        await relay.StartAsync();
    }

    private static Task SendAsync(RelayProcess relay, string sender, int messages) =>
        SampleSource.SendAsync(relay, sender, "user@dest.test", messages, sessions: messages > 10 ? 10 : 1, size: 1000);
}
