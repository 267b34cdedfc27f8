using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>Postfix's words for steering the queue, said to a relay that runs: the words, the closing lines, and what the sink gets.</summary>
public sealed class Hold_and_steer : IAsyncLifetime
{
    private SinkInbox _inbox = null!;
    private SteeredRelay _relay = null!;
    private readonly int _later = FreePort.Next();

    public async Task InitializeAsync()
    {
        _inbox = new SinkInbox();
        _relay = await SteeredRelay.StartAsync($"relayhost = [127.0.0.1]:{_later}");
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
    }

    [Fact]
    public async Task R10_messages_are_held_and_released_one_by_one_and_all_at_once()
    {
        await QueueAsync("a@x.test", "b@x.test", "c@x.test");
        var id = await _relay.IdOfAsync("a@x.test");

        (await _relay.SaidAsync("postsuper", "-h", id)).ShouldBe($"postsuper: {id}: placed on hold\npostsuper: Placed on hold: 1 message\n");
        (await _relay.SaidAsync("postsuper", "-h", id)).ShouldBe("postsuper: Placed on hold: 0 messages\n");
        (await _relay.StateAsync()).ShouldBe("a@x.test hold, b@x.test deferred, c@x.test deferred");
        (await _relay.OutputAsync("mailq")).ShouldContain($"{id}! ");
        (await _relay.SaidAsync("postsuper", "-h", "ALL")).ShouldBe("postsuper: Placed on hold: 2 messages\n");
        (await _relay.SaidAsync("postsuper", "-H", "ALL", "-h", id)).ShouldBe("postsuper: Placed on hold: 0 messages\npostsuper: Released from hold: 3 messages\n");
    }

    [Fact]
    public async Task R10_several_orders_in_one_call_are_counted_each()
    {
        await QueueAsync("a@x.test", "b@x.test", "c@x.test");
        var (a, b, c) = (await _relay.IdOfAsync("a@x.test"), await _relay.IdOfAsync("b@x.test"), await _relay.IdOfAsync("c@x.test"));

        (await _relay.SaidAsync("postsuper", "-d", a, "-r", b, "-h", c, "-h", "NOSUCH", "-d", "bad id")).ShouldBe(
            $"postsuper: {a}: removed\npostsuper: {b}: requeued\npostsuper: {c}: placed on hold\npostsuper: warning: invalid mail queue id: bad id\n"
            + "postsuper: Requeued: 1 message\npostsuper: Deleted: 1 message\npostsuper: Placed on hold: 1 message\n");
        (await _relay.Process.CommandAsync("postsuper", "-d", "ALL", "nonsense")).ShouldSatisfyAllConditions(
            r => r.ExitCode.ShouldBe(1), r => r.Error.ShouldBe("postsuper: fatal: invalid directory name: nonsense\n"));
        (await _relay.SaidAsync("postsuper", "-d", "ALL", "incoming")).ShouldBe("postsuper: Deleted: 0 messages\n");
        (await _relay.SaidAsync("postsuper", "-d", "ALL", "hold")).ShouldBe("postsuper: Deleted: 1 message\n");
        await _relay.UntilDeferredAsync(1);
        (await _relay.SaidAsync("postsuper", "-d", "ALL", "deferred")).ShouldBe("postsuper: Deleted: 1 message\n");
        (await _relay.OutputAsync("postqueue", "-p")).ShouldBe("Mail queue is empty\n");
    }

    [Theory]
    [InlineData("-e", "")]
    [InlineData("-f", "postsuper: Released from hold: 0 messages\n")]
    public async Task R10_expired_mail_goes_back_to_its_sender_at_once(string option, string released)
    {
        await QueueAsync("a@x.test");
        var id = await _relay.IdOfAsync("a@x.test");

        (await _relay.SaidAsync("postsuper", option, id)).ShouldBe($"postsuper: {id}: expired\npostsuper: Force-expired: 1 message\n{released}");

        await _relay.UntilAsync(queue => queue.Count == 1 && queue[0].GetProperty("sender").GetString() == "MAILER-DAEMON");
        (await File.ReadAllTextAsync(_relay.Process.LogFile)).ShouldContain($"{id}: from=<a@x.test>, status=force-expired, returned to sender");
    }

    [Fact]
    public async Task R10_expired_mail_that_is_held_waits_for_its_release()
    {
        await QueueAsync("a@x.test");
        var id = await _relay.IdOfAsync("a@x.test");
        await _relay.SaidAsync("postsuper", "-h", id);
        await _relay.SaidAsync("postsuper", "-e", id);
        (await _relay.StateAsync()).ShouldBe("a@x.test hold");

        (await _relay.SaidAsync("postsuper", "-H", id)).ShouldBe($"postsuper: {id}: released from hold\npostsuper: Released from hold: 1 message\n");
        await _relay.UntilAsync(queue => queue.Count == 1 && queue[0].GetProperty("sender").GetString() == "MAILER-DAEMON");
    }

    [Theory]
    [InlineData("postqueue", "-f")]
    [InlineData("postqueue", "-s", "y.test")]
    [InlineData("postqueue", "-i", "ID")]
    [InlineData("postfix", "flush")]
    [InlineData("postkick", "public", "qmgr", "F")]
    [InlineData("sendmail", "-q")]
    [InlineData("sendmail", "-qRy.test")]
    [InlineData("sendmail", "-qIID")]
    public async Task R07_R09_deferred_mail_goes_at_once_when_the_operator_says_so(params string[] command)
    {
        await QueueAsync("a@x.test");
        var id = await _relay.IdOfAsync("a@x.test");
        await RouteToInboxAsync();

        await _relay.OutputAsync([.. command.Select(word => word.Replace("ID", id, StringComparison.Ordinal))]);

        (await _inbox.NextAsync()).Sender.ShouldBe("a@x.test");
        await _relay.UntilEmptyAsync();
    }

    [Fact]
    public async Task R09_one_site_goes_and_the_others_wait()
    {
        await QueueAsync("a@x.test");
        await _relay.SendAsync("b@x.test", "b@z.test");
        await _relay.UntilDeferredAsync(2);
        await RouteToInboxAsync();

        await _relay.OutputAsync("postqueue", "-s", "z.test");

        (await _inbox.NextAsync()).Sender.ShouldBe("b@x.test");
        await _relay.UntilAsync(queue => queue.Count == 1);
        (await _relay.StateAsync()).ShouldBe("a@x.test deferred");
    }

    [Fact]
    public async Task R09_what_makes_no_sense_is_refused_as_Postfix_does()
    {
        var site = await _relay.Process.CommandAsync("postqueue", "-s", "y y");
        (site.ExitCode, site.Error).ShouldBe((69, "postqueue: fatal: Cannot flush mail queue - invalid destination: \"y y\"\n"));
        var id = await _relay.Process.CommandAsync("postqueue", "-i", "x y");
        (id.ExitCode, id.Error).ShouldBe((69, "postqueue: fatal: Cannot flush queue ID - invalid name: \"x y\"\n"));
        var none = await _relay.Process.CommandAsync("postqueue");
        (none.ExitCode, none.Error).ShouldBe((69, "postqueue: fatal: usage: postqueue -f | postqueue -i queueid | postqueue -j | postqueue -p | postqueue -s site\n"));
        (await _relay.Process.CommandAsync("postqueue", "-i", "NOSUCH")).ExitCode.ShouldBe(0);
        await _relay.Process.StopAsync();
        var down = await _relay.Process.CommandAsync("postqueue", "-f");
        (down.ExitCode, down.Error).ShouldBe((69, "postqueue: fatal: Cannot flush mail queue - mail system is down\n"));
    }

    [Fact]
    public async Task R11_the_loops_of_the_pages_work_word_for_word()
    {
        await QueueAsync("user@domain.tld", "other@x.test");
        await _relay.SendAsync("third@x.test", "DST_EMAIL@ADDRESS.TLD");
        await _relay.UntilDeferredAsync(3);

        (await _relay.ShellAsync("""for i in $(mailq | grep user@domain.tld | grep -v \! | grep ^[a-zA-Z0-9] | awk {'print $1'} |sed s/*//g);do postsuper -h $i; done""")).Succeeded();
        (await _relay.StateAsync()).ShouldBe("other@x.test deferred, third@x.test deferred, user@domain.tld hold");

        (await _relay.ShellAsync("""
            postqueue -j \
                     |jq -s '.[]|select(.recipients[]|.address=="DST_EMAIL@ADDRESS.TLD")|.queue_id' \
                     |xargs -L1 postsuper -d
            """)).Succeeded();
        (await _relay.StateAsync()).ShouldBe("other@x.test deferred, user@domain.tld hold");

        (await _relay.ShellAsync("""postqueue -j | jq -r 'select(.sender == "user@domain.tld") | .queue_id' | postsuper -d -""")).Error
            .ShouldEndWith("postsuper: Deleted: 1 message\n");
        (await _relay.ShellAsync("""mailq | tail -n +2 | grep -v '^ *(' | awk  'BEGIN { RS = "" } { if ($8 == "r@y.test" && $9 == "") print $1 }' | tr -d '*!' | postsuper -d -""")).Error
            .ShouldEndWith("postsuper: Deleted: 1 message\n");
        (await _relay.OutputAsync("mailq")).ShouldBe("Mail queue is empty\n");
    }

    [Fact]
    public async Task R40_the_freeze_of_the_page_keeps_mail_until_it_is_taken_back()
    {
        await RouteToInboxAsync();
        (await _relay.ShellAsync("postconf -e master_service_disable=qmgr.fifo in_flow_delay=0 && postfix reload")).Succeeded();

        await _relay.SendAsync("a@x.test", "r@y.test");

        (await _relay.OutputAsync("postqueue", "-p")).ShouldContain("(frozen: master_service_disable = qmgr.fifo)");
        (await _relay.OutputAsync("status")).ShouldMatch("frozen +all mail: master_service_disable = qmgr.fifo\\n");
        await _relay.OutputAsync("postqueue", "-f");
        _inbox.Counters.Messages.ShouldBe(0);

        (await _relay.ShellAsync("postconf -e master_service_disable= in_flow_delay=1 && postfix reload")).Succeeded();
        (await _inbox.NextAsync()).Sender.ShouldBe("a@x.test");
        await _relay.UntilEmptyAsync();
    }

    [Fact]
    public async Task R42_a_domain_is_suspended_in_the_transport_map_and_goes_when_the_line_is_gone()
    {
        var map = Path.Combine(_relay.Process.ConfigDirectory, "transport");
        await File.WriteAllTextAsync(map, "y.test retry:4.4.1 Service unavailable\n");
        await File.AppendAllTextAsync(Path.Combine(_relay.Process.ConfigDirectory, "main.cf"), $"transport_maps = texthash:{map}\nrelayhost = [127.0.0.1]:{_inbox.Port}\n");
        await _relay.OutputAsync("reload");

        (await _relay.TrySendAsync("a@x.test", "r@y.test")).Error.ShouldContain("RCPT failed: 450");
        (await _relay.ShellAsync($"sendmail -i -f a@x.test r@y.test < {SampleFile.Whole}")).Succeeded();
        await _relay.UntilDeferredAsync(1);
        (await _relay.OutputAsync("postqueue", "-p")).ShouldContain("(Service unavailable)");
        _inbox.Counters.Messages.ShouldBe(0);

        await File.WriteAllTextAsync(map, "");
        await _relay.OutputAsync("reload");
        await _relay.OutputAsync("postqueue", "-f");
        (await _inbox.NextAsync()).Sender.ShouldBe("a@x.test");
        await _relay.UntilEmptyAsync();
    }

    [Fact]
    public async Task Changes_while_the_relay_is_down_hold_after_its_start()
    {
        await QueueAsync("a@x.test", "b@x.test");
        await _relay.Process.StopAsync();
        await RouteToInboxAsync(reload: false);

        var id = await _relay.IdOfAsync("a@x.test");
        (await _relay.SaidAsync("postsuper", "-h", id)).ShouldBe($"postsuper: {id}: placed on hold\npostsuper: Placed on hold: 1 message\n");
        (await _relay.SaidAsync("postsuper", "-r", "ALL", "deferred")).ShouldBe("postsuper: Requeued: 1 message\n");
        await _relay.Process.StartAsync();

        (await _inbox.NextAsync()).Sender.ShouldBe("b@x.test");
        (await _relay.StateAsync()).ShouldBe("a@x.test hold");
    }

    [Fact]
    public async Task Postfix_status_and_stop()
    {
        (await _relay.SaidAsync("postfix", "status")).ShouldBe($"postfix/postfix-script: the BulkRelay mail system is running: PID: {_relay.Process.Pid}\n");
        var stop = _relay.Process.CommandAsync("postfix", "stop");
        (await _relay.Process.DiedAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue();
        (await stop).Error.ShouldBe("postfix/postfix-script: stopping the BulkRelay mail system\n");
        (await _relay.Process.CommandAsync("postfix", "status")).ExitCode.ShouldBe(1);
        (await _relay.Process.CommandAsync("postfix", "flush")).ExitCode.ShouldBe(69);
    }

    /// <summary>Sends a message from each of them and waits until all have been tried in vain.</summary>
    private async Task QueueAsync(params string[] senders)
    {
        foreach (var sender in senders) await _relay.SendAsync(sender, "r@y.test");
        await _relay.UntilDeferredAsync(senders.Length);
    }

    private async Task RouteToInboxAsync(bool reload = true)
    {
        await File.AppendAllTextAsync(Path.Combine(_relay.Process.ConfigDirectory, "main.cf"), $"relayhost = [127.0.0.1]:{_inbox.Port}\n");
        if (reload) await _relay.OutputAsync("reload");
    }
}
