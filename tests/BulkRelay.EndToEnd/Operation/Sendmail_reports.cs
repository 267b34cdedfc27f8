using System.Globalization;
using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Operation;

/// <summary><c>sendmail -bv</c> and <c>-v</c>: the report arrives.</summary>
public sealed class Sendmail_reports
{
    [Fact]
    public async Task With_bv_next_hops_are_asked_and_nothing_is_sent()
    {
        await using var inbox = new SinkInbox();
        await using var rejecting = new SinkInbox(new SinkOptions { Reject = 1 });
        await using var relay = RelayWith(inbox, rejecting);
        await relay.StartAsync();

        var result = await relay.CommandAsync("sendmail", "-bv", "-f", "ops@x.test", "good@y.test", "bad@fail.test");
        result.Succeeded().ShouldBe("Mail Delivery Status Report will be mailed to <ops@x.test>.\n");

        var text = await NextAsync(inbox);
        text.ShouldContain("\r\nSubject: Mail Delivery Status Report\r\n");
        text.ShouldContain("Enclosed is the mail delivery report that you requested.");
        text.ShouldContain("\r\nSubject: probe\r\n");
        text.ShouldContain("\r\nFinal-Recipient: rfc822; good@y.test\r\n");
        text.ShouldContain("\r\nAction: deliverable\r\nStatus: 2.0.0\r\n");
        text.ShouldContain("\r\nFinal-Recipient: rfc822; bad@fail.test\r\n");
        text.ShouldContain("\r\nAction: undeliverable\r\nStatus: 5.1.1\r\n");
        inbox.Counters.Messages.ShouldBe(1, "the report, and no probe");
        rejecting.Counters.Messages.ShouldBe(0);
        await relay.StopAsync();
        var log = await File.ReadAllTextAsync(relay.LogFile);
        log.ShouldContain("status=deliverable (250 2.0.0 Ok)");
        log.ShouldContain("status=undeliverable (host 127.0.0.1[127.0.0.1] said: 550 5.1.1");
        log.ShouldContain(": sender delivery status notification: ");
    }

    [Fact]
    public async Task With_v_the_message_is_sent_and_the_attempts_are_reported()
    {
        await using var inbox = new SinkInbox();
        await using var rejecting = new SinkInbox(new SinkOptions { Reject = 1 });
        await using var relay = RelayWith(inbox, rejecting);
        await relay.StartAsync();

        var result = await Tool.RunAsync(relay.Program, ["sendmail", "-C", relay.ConfigDirectory, "-v", "-i", "-f", "ops@x.test", "good@y.test"], "Subject: hello\n\n.\nlast line");
        result.Succeeded().ShouldBe("Mail Delivery Status Report will be mailed to <ops@x.test>.\n");

        var message = await inbox.NextAsync();
        message.Recipients.ShouldBe(["good@y.test"]);
        var text = Encoding.UTF8.GetString(message.Content());
        text.ShouldStartWith("Received: by relay.test (BulkRelay, from userid ");
        text.ShouldMatch(@"\r\nFrom: (.+ <)?ops@x\.test>?\r\n");
        text.ShouldEndWith("\r\n\r\n.\r\nlast line\r\n");
        var report = await NextAsync(inbox);
        report.ShouldContain("\r\nSubject: Mail Delivery Status Report\r\n");
        report.ShouldContain("\r\nAction: relayed\r\n");
    }

    private static RelayProcess RelayWith(SinkInbox inbox, SinkInbox rejecting) => new(string.Create(CultureInfo.InvariantCulture,
        $"relayhost = [127.0.0.1]:{inbox.Port}\ntransport_maps = inline:{{ {{ fail.test = smtp:[127.0.0.1]:{rejecting.Port} }} }}"));

    private static async Task<string> NextAsync(SinkInbox inbox) => Encoding.UTF8.GetString((await inbox.NextAsync()).Content());
}
