using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Scheduling;

/// <summary>Limits as the receiving side sees them, while windows grow and shrink and the relay reloads, dies and comes back.</summary>
public sealed class Limits_hold_at_the_sink
{
    [Fact]
    public async Task R14_never_more_than_three_connections_to_a_destination()
    {
        // Drops and refusals of connections are trouble with the site: they shrink the window and now and then make the site dead.
        await using var inbox = new SinkInbox(new SinkOptions
        {
            Delay = TimeSpan.FromMilliseconds(20),
            Defer = 0.25,
            Stage = SinkStage.Connect,
            Drop = 0.05,
            DropStage = SinkStage.Mail,
        });
        await using var relay = new RelayProcess($"""
            default_destination_concurrency_limit = 3
            relayhost = [127.0.0.1]:{inbox.Port}
            minimal_backoff_time = 1s
            maximal_backoff_time = 2s
            """);
        await relay.StartAsync();

        await SendAsync(relay, 150);
        await UntilAcceptedAsync(inbox, 60);
        (await relay.CommandAsync("reload")).Succeeded();
        await UntilAcceptedAsync(inbox, 120);
        await relay.KillAsync();
        await relay.StartAsync();
        await SendAsync(relay, 150);
        await UntilAcceptedAsync(inbox, 180);
        (await relay.CommandAsync("reload")).Succeeded();
        await UntilAcceptedAsync(inbox, 200);
        await relay.StopAsync();
        await relay.StartAsync();
        await UntilAcceptedAsync(inbox, 300);

        inbox.Connections.Most.ShouldBe(3, "reached, and never a fourth");
        inbox.Connections.Count.ShouldBeGreaterThan(20, "connections were refused and dropped all the time");
        inbox.Counters.Deferred.ShouldBeGreaterThan(0);
        inbox.Counters.Dropped.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task R12_a_process_limit_of_two_holds_over_all_destinations()
    {
        var (connections, options) = (new ConnectionBook(), new SinkOptions { Delay = TimeSpan.FromMilliseconds(20) });
        await using var one = new SinkInbox(options, connections);
        await using var two = new SinkInbox(options, connections);
        await using var three = new SinkInbox(options, connections);
        SinkInbox[] sinks = [one, two, three];
        await using var relay = new RelayProcess($"""
            transport_maps = inline:{Braces(string.Join(", ", sinks.Select(s => $"d{s.Port}.test=smtp:[127.0.0.1]:{s.Port}")))}
            smtp_connection_cache_on_demand = no
            """);
        await SetProcessLimitAsync(relay);
        await relay.StartAsync();
        foreach (var sink in sinks) await SendAsync(relay, 30, $"d{sink.Port}.test");
        foreach (var sink in sinks) await UntilAcceptedAsync(sink, 30);
        connections.Most.ShouldBe(2);
        connections.Count.ShouldBe(90);
    }

    [Fact]
    public async Task R41_a_transport_of_ones_own_has_its_own_process_limit_and_parameters()
    {
        await using var slow = new SinkInbox();
        await using var fast = new SinkInbox();
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{fast.Port}
            transport_maps = inline:{Braces($"slow.test=slow:[127.0.0.1]:{slow.Port}")}
            slow_destination_rate_delay = 1s
            slow_destination_concurrency_failed_cohort_limit = 10
            """);
        await File.AppendAllTextAsync(Path.Combine(relay.ConfigDirectory, "master.cf"),
            "slow unix - - n - 3 smtp\n  -o syslog_name=postfix/slow -o smtp_helo_name=slow.relay.test\n");
        await relay.StartAsync();
        await SendAsync(relay, 3, "slow.test");
        await SendAsync(relay, 30, "fast.test");
        var times = new List<DateTimeOffset>();
        for (var n = 0; n < 3; n++) times.Add((await slow.NextAsync()).EndOfData);
        await UntilAcceptedAsync(fast, 30);
        for (var n = 1; n < 3; n++) (times[n] - times[n - 1]).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1));
        slow.Connections.Most.ShouldBe(1);
        (await File.ReadAllTextAsync(relay.LogFile)).ShouldContain("postfix/slow/smtp[");
    }

    private static string Braces(string text) => $"{{ {text} }}";

    private static async Task SetProcessLimitAsync(RelayProcess relay)
    {
        var file = Path.Combine(relay.ConfigDirectory, "master.cf");
        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("smtp unix - - n - - smtp", "smtp unix - - - - 2 smtp", StringComparison.Ordinal));
    }

    private static Task SendAsync(RelayProcess relay, int messages, string domain = "dest.test") =>
        SampleSource.SendAsync(relay, "a@campaign.test", $"b@{domain}", messages, sessions: 4);

    /// <summary>Takes messages until the sink has accepted that many.</summary>
    private static async Task UntilAcceptedAsync(SinkInbox inbox, int messages)
    {
        while (inbox.Counters.Messages < messages) await inbox.NextAsync();
    }
}
