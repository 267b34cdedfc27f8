using System.Text.Json;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary><c>bulkrelay queue</c>, said to a relay that runs and to one that is down.</summary>
public sealed class Queue_command : IAsyncLifetime
{
    private SinkInbox _inbox = null!;
    private SteeredRelay _relay = null!;

    public async Task InitializeAsync()
    {
        _inbox = new SinkInbox();
        _relay = await SteeredRelay.StartAsync($"relayhost = [127.0.0.1]:{FreePort.Next()}");
        await _relay.SendAsync("news@campaign.test", "ann@y.test", "ben@z.test");
        await _relay.SendAsync("news@campaign.test", "carl@y.test");
        await _relay.SendAsync("user@domain.tld", "dora@z.test");
        await _relay.UntilDeferredAsync(3);
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task R11_one_command_does_what_the_loops_do(bool isRunning)
    {
        if (!isRunning) await _relay.Process.StopAsync();
        (await QueueAsync("hold", "--sender", "user@domain.tld", "--dry-run")).ShouldBe("would be held: 1 message\n");
        (await QueueAsync("list", "--state", "hold", "--count")).ShouldBe("0\n");
        (await QueueAsync("hold", "--sender", "user@domain.tld")).ShouldBe("held: 1 message\n");
        (await QueueAsync("delete", "--recipient", "*@y.test", "--limit", "1", "--json")).ShouldBe("{\"change\":\"delete\",\"messages\":1,\"dry_run\":false}\n");
        (await QueueAsync("delete", "--recipient", "carl@y.test")).ShouldBe("deleted: 1 message\n");
        (await QueueAsync("list", "--json")).ShouldContain("\"queue_name\":\"hold\"");
        (await QueueAsync("release", "--all")).ShouldBe("released: 1 message\n");
    }

    [Fact]
    public async Task A_list_is_a_table_whose_columns_align()
    {
        var lines = (await QueueAsync("list")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldMatch("^ID +STATE +AGE +SIZE +SENDER +RECIPIENT +REASON$");
        var reason = lines[0].IndexOf("REASON", StringComparison.Ordinal);
        lines[1..4].ShouldAllBe(line => line[reason - 2] == ' ' && line[reason - 1] == ' ' && line[reason] != ' ');
        lines[1].ShouldContain("ann@y.test (+1)");
        lines[4].ShouldBe("3 messages");
        (await QueueAsync("list", "--sender", "news@*", "--domain", "z.test", "--reason", "refused", "--older-than", "0s", "--larger-than", "100", "--count")).ShouldBe("1\n");
        (await QueueAsync("list", "--younger-than", "1d", "--smaller-than", "1M", "--client", "127.0.0.1", "--transport", "smtp", "--destination", "*127.0.0.1*", "--count")).ShouldBe("3\n");
    }

    [Fact]
    public async Task Show_says_why_a_message_has_not_moved()
    {
        var id = await _relay.IdOfAsync("user@domain.tld");
        (await QueueAsync("show", id)).ShouldMatch(@"deferred: the next attempt is due |is left alone until ");
        (await QueueAsync("show", id)).ShouldContain("tried once; the last attempt: 4.4.1 ");
        await QueueAsync("freeze", "--domain", "z.test", "--for", "1h", "--reason", "maintenance there");
        (await QueueAsync("show", id)).ShouldMatch(@"frozen \(domain z\.test\) until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d: maintenance there\n");
        await QueueAsync("hold", id);
        (await QueueAsync("show", id)).ShouldContain("held by the operator");
        var json = JsonDocument.Parse(await QueueAsync("show", "--json", id)).RootElement;
        json.GetProperty("queue_name").GetString().ShouldBe("hold");
        json.GetProperty("message").GetProperty("envelope").GetProperty("sender").GetString().ShouldBe("user@domain.tld");
        var missing = await _relay.Process.CommandAsync("queue", "show", "NOSUCH");
        missing.ExitCode.ShouldBe(1);
        missing.Error.ShouldStartWith("bulkrelay queue show: NOSUCH is not in the queue: ");
        await _relay.Process.StopAsync();
        await QueueAsync("release", id);
        await QueueAsync("unfreeze", "--domain", "z.test");
        (await QueueAsync("show", id)).ShouldContain("the relay is not running");
    }

    [Fact]
    public async Task R40_a_freeze_keeps_mail_over_a_restart_and_is_seen_everywhere()
    {
        await File.AppendAllTextAsync(Path.Combine(_relay.Process.ConfigDirectory, "main.cf"), $"relayhost = [127.0.0.1]:{_inbox.Port}\n");
        (await QueueAsync("freeze", "--all", "--reason", "virus outbreak")).ShouldBe("frozen: all mail: virus outbreak\n");
        await _relay.OutputAsync("reload");
        await _relay.OutputAsync("postqueue", "-f");
        await _relay.Process.KillAsync();
        await _relay.Process.StartAsync();
        await _relay.SendAsync("late@x.test", "e@y.test");

        (await _relay.OutputAsync("mailq")).ShouldContain("(frozen: virus outbreak)");
        (await QueueAsync("frozen")).ShouldMatch(@"^WHAT +SINCE +UNTIL +REASON\nall mail +\d.* - +virus outbreak\n$");
        (await QueueAsync("stats")).ShouldStartWith("messages 4, recipients 5, destinations 2\nfrozen: all mail: virus outbreak\n");
        (await _relay.OutputAsync("status")).ShouldContain("frozen      all mail: virus outbreak\n");
        _inbox.Counters.Messages.ShouldBe(0);

        (await QueueAsync("unfreeze", "--all")).ShouldBe("no longer frozen: all mail\n");
        await _relay.UntilEmptyAsync();
        _inbox.Counters.Messages.ShouldBe(4);
        (await _relay.Process.CommandAsync("queue", "unfreeze", "--all")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_retry_goes_to_what_is_selected_alone()
    {
        await File.AppendAllTextAsync(Path.Combine(_relay.Process.ConfigDirectory, "main.cf"), $"relayhost = [127.0.0.1]:{_inbox.Port}\n");
        await _relay.OutputAsync("reload");
        (await QueueAsync("retry", "--sender", "user@*")).ShouldBe("made due: 1 message\n");
        (await _inbox.NextAsync()).Sender.ShouldBe("user@domain.tld");
        (await QueueAsync("requeue", "--all")).ShouldEndWith(" messages\n");
        await _relay.UntilEmptyAsync();
    }

    [Fact]
    public async Task Expired_mail_goes_back()
    {
        (await QueueAsync("expire", "--sender", "user@*")).ShouldBe("expired: 1 message\n");
        await _relay.UntilAsync(queue => queue.Any(m => m.GetProperty("sender").GetString() == "MAILER-DAEMON")
            && queue.All(m => m.GetProperty("sender").GetString() != "user@domain.tld"));
    }

    [Theory]
    [InlineData("say which messages, or --all for all of them", "hold")]
    [InlineData("--all and a selection exclude each other", "delete", "--all", "--sender", "x")]
    [InlineData("--older-than soon: a number and one of s, m, h, d, w is needed", "delete", "--older-than", "soon")]
    [InlineData("--larger-than 1T: a number of octets is needed", "list", "--larger-than", "1T")]
    [InlineData("--state stuck: use one of hold, active, deferred, in-doubt", "list", "--state", "stuck")]
    [InlineData("'--sendr' is neither an option nor a queue id", "delete", "--sendr", "x")]
    [InlineData("say one of --all, --transport", "freeze")]
    [InlineData("--for and --until exclude each other", "freeze", "--all", "--for", "1h", "--until", "2099-01-01")]
    [InlineData("--until 2001-01-01: that is over", "freeze", "--all", "--until", "2001-01-01")]
    [InlineData("unknown command 'nonsense': use one of list, show", "nonsense")]
    public async Task A_mistake_is_one_line_and_changes_nothing(string line, params string[] arguments)
    {
        var result = await _relay.Process.CommandAsync(["queue", .. arguments[..1], .. arguments[1..]]);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(line);
        result.Error.Count(c => c == '\n').ShouldBe(1);
        (await QueueAsync("list", "--count")).ShouldBe("3\n");
    }

    private Task<string> QueueAsync(params string[] arguments) => _relay.OutputAsync(["queue", .. arguments]);
}
