using System.Globalization;
using System.Net;
using System.Text;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Limits;

/// <summary>How much mail there is room for, and how large a message may be.</summary>
public sealed class Room_and_size
{
    [Fact]
    public async Task R20_without_room_mail_is_refused_for_now_and_nothing_is_lost()
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nqueue_minfree = 900000000000000000\nnotify_classes =");
        await relay.StartAsync();
        (await relay.CommandAsync("check")).Output.ShouldNotContain("should be at least");
        var refused = await SwaksAsync(relay, "first@dest.test");
        refused.ExitCode.ShouldNotBe(0);
        refused.Output.ShouldContain("<** 452 4.3.1 Insufficient system storage");
        await MailLogFile.LineAsync(relay.LogFile, "smtpd", "warning: not enough free space in mail queue: ");
        await MailLogFile.LineAsync(relay.LogFile, "smtpd", "NOQUEUE: reject: MAIL from ", ": 452 4.3.1 Insufficient system storage; ");

        var mainCf = Path.Combine(relay.ConfigDirectory, "main.cf");
        var text = await File.ReadAllTextAsync(mainCf);
        await File.WriteAllTextAsync(mainCf, text.Replace("queue_minfree = 900000000000000000", "queue_minfree = 20000000", StringComparison.Ordinal));
        (await relay.CommandAsync("reload")).Succeeded();
        (await SwaksAsync(relay, "first@dest.test")).Succeeded();
        (await inbox.NextAsync()).Recipients.ShouldBe(["first@dest.test"]);
    }

    [Fact]
    public async Task R20_a_minimum_that_is_too_small_for_a_message_is_told_at_the_start()
    {
        await using var relay = new RelayProcess("queue_minfree = 1000");
        await relay.StartAsync();
        (await relay.CommandAsync("check")).Output.ShouldContain("queue_minfree(1000) should be at least 1.5*message_size_limit(10240000)");
    }

    [Fact]
    public async Task R61_size_is_announced_and_enforced_before_and_during_data()
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nmessage_size_limit = 20480");
        await relay.StartAsync();
        using var client = new DialogClient(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, relay.Port));
        await client.ReadLineAsync();
        (await AskAsync(client, "EHLO client.test")).ShouldContain("SIZE 20480");
        (await AskAsync(client, "MAIL FROM:<a@x.test> SIZE=20481")).ShouldBe("552 5.3.4 Message size exceeds fixed limit");
        (await AskAsync(client, "MAIL FROM:<a@x.test> SIZE=100")).ShouldBe("250 2.1.0 Ok");
        (await AskAsync(client, "RCPT TO:<b@y.test>")).ShouldBe("250 2.1.5 Ok");
        (await AskAsync(client, "DATA")).ShouldStartWith("354 ");
        var line = new string('x', 998) + "\r\n";
        (await AskAsync(client, string.Concat(Enumerable.Repeat(line, 100)) + ".")).ShouldBe("552 5.3.4 Error: message file too big");
        (await AskAsync(client, "MAIL FROM:<a@x.test>")).ShouldBe("250 2.1.0 Ok");
        (await AskAsync(client, "RCPT TO:<b@y.test>")).ShouldBe("250 2.1.5 Ok");
        (await AskAsync(client, "DATA")).ShouldStartWith("354 ");
        (await AskAsync(client, string.Concat(Enumerable.Repeat(line, 15)) + ".")).ShouldStartWith("250 2.0.0 Ok: queued as ");
        (await inbox.NextAsync()).Sender.ShouldBe("a@x.test");

        var large = Path.Combine(relay.ConfigDirectory, "large.eml");
        await File.WriteAllTextAsync(large, $"Subject: large\r\n\r\n{string.Concat(Enumerable.Repeat(line, 100))}");
        var curl = await Tool.RunAsync("curl", ["-sS", $"smtp://127.0.0.1:{relay.Port}", "--mail-from", "a@x.test", "--mail-rcpt", "b@y.test", "-T", large]);
        curl.ExitCode.ShouldNotBe(0);
        curl.Error.ShouldContain("552");
        await MailLogFile.LineAsync(relay.LogFile, "smtpd", "NOQUEUE: reject: MAIL from ", ": 552 5.3.4 Message size exceeds fixed limit; from=<a@x.test> proto=ESMTP helo=<client.test>");
    }

    private static Task<ToolResult> SwaksAsync(RelayProcess relay, string to) => Tool.RunAsync("swaks",
        ["--server", "127.0.0.1", "--port", relay.Port.ToString(CultureInfo.InvariantCulture), "--from", "a@campaign.test", "--to", to]);

    private static async Task<string> AskAsync(DialogClient client, string command)
    {
        await client.SendAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        var reply = new StringBuilder();
        while (await client.ReadLineAsync() is { } line)
        {
            reply.Append(line);
            if (line is not [_, _, _, '-', ..]) break;
            reply.Append('\n');
        }
        return reply.ToString();
    }
}
