using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>ETRN (RFC 1985) brings what waits.</summary>
public sealed class Etrn
{
    [Fact]
    public async Task Mail_that_waits_for_a_domain_goes_out_when_its_host_asks_for_it()
    {
        var port = FreePort.Next();
        await using var relay = await RestrictedRelay.StartAsync($"""
            relayhost = [127.0.0.1]:{port}
            minimal_backoff_time = 1h
            queue_run_delay = 1h
            """, new Dictionary<string, string>());
        (await relay.SendAsync("a@sender.test", "x@hosted.test")).ShouldBeEmpty();
        await relay.LoggedAsync("status=deferred");

        await using var host = new SinkInbox(port: port);
        await SmtpTalk.SendSampleAsync(relay.Relay.Port, "host.hosted.test", "ETRN hosted.test", "MAIL FROM:<b@sender.test>",
            "RCPT TO:<y@example.com>");
        var senders = new[] { (await host.NextAsync()).Sender, (await host.NextAsync()).Sender };
        senders.ShouldBe(["a@sender.test", "b@sender.test"], ignoreOrder: true);
    }
}
