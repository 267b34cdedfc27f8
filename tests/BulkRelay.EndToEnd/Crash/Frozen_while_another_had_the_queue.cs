using System.Globalization;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.EndToEnd.Ledger;
using BulkRelay.Server.Sink;
using BulkRelay.Tests.Postgres;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>
/// A relay stands still, its session ends, a second relay takes the queue over, delivers, takes mail, and leaves: when the first goes on it
/// repeats nothing but what it was delivering, and takes up what the second left.
/// </summary>
public sealed class Frozen_while_another_had_the_queue
{
    private const int Messages = 400;
    private const int MoreMessages = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientLedger _client = new();

    [Fact]
    public async Task Nothing_but_deliveries_under_way_is_doubled_and_what_the_other_left_is_delivered()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.NewDatabaseAsync();
        await using var reports = new ReportLedger();
        await using var sink = new SinkLedger(new SinkOptions { Delay = TimeSpan.FromMilliseconds(250) });
        await using var first = Relay(sink.Port, database);
        await first.StartAsync();
        await new LedgerClient(first, _client) { MostRecipients = 1 }.RunAsync(sessions: 20, CancellationToken.None, Messages);

        await sink.ReachesAsync(40, Patience);
        await first.FreezeAsync();
        await server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE "
            + $"'%process {first.Pid.ToString(CultureInfo.InvariantCulture)}'");
        var before = sink.Lines.Count;
        await using (var second = Relay(sink.Port, database))
        {
            await second.StartAsync();
            await sink.ReachesAsync(before + 100, Patience);
            await new LedgerClient(second, _client, seed: 2) { MostRecipients = 1 }.RunAsync(sessions: 5, CancellationToken.None,
                MoreMessages);
            (await second.StopAsync()).ShouldBe(0);
        }
        _client.Acknowledged.ShouldBe(Messages + MoreMessages);

        var thawed = DateTimeOffset.UtcNow;
        await first.ThawAsync();
        (await sink.DrainedAsync(_client, reports, Patience))
            .ShouldBeTrue($"what the second left arrives without an order: {await File.ReadAllTextAsync(first.LogFile)}");
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); (await first.CommandAsync("postqueue",
            "-p")).Output != "Mail queue is empty\n";)
            waited.Elapsed.ShouldBeLessThan(Patience);

        LedgerAudit.Losses(_client, sink, reports).ShouldBeEmpty();
        // What the first had delivered without having recorded it yet the second repeats, as after a kill; here it is about what the first
        // repeats.
        var again = sink.Lines.GroupBy(line => (line.Id, line.Recipient))
            .Count(group => group.Count() > 1 && group.Max(line => line.EndOfData) >= thawed);
        again.ShouldBeLessThanOrEqualTo(20, "so many were under delivery");
        (await File.ReadAllTextAsync(first.LogFile)).ShouldContain("another relay has had the queue meanwhile");
    }

    private static RelayProcess Relay(int sink, string database) =>
        new($"relayhost = [127.0.0.1]:{sink}\nsmtp_destination_concurrency_limit = 20\n{StoreOfTest.MainCf(database)}");
}
