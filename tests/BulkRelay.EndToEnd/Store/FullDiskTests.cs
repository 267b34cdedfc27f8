using BulkRelay.EndToEnd.Faults;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.EndToEnd.Ledger;

namespace BulkRelay.EndToEnd.Store;

/// <summary>
/// A disk that is full to the last octet while mail waits: the queue drains all the same, and mail is taken again by itself.
/// </summary>
public sealed class FullDiskTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ClientLedger _client = new();

    [Fact]
    public async Task The_queue_drains_on_a_full_disk_and_mail_is_taken_again_once_there_is_room()
    {
        await using var disk = await LoopDisk.MakeAsync(64);
        await using var reports = new ReportLedger();
        var port = FreePort.Next();
        await using var relay =
            new RelayProcess($"relayhost = [127.0.0.1]:{port}\nminimal_backoff_time = 1s\nmaximal_backoff_time = 1s\nqueue_run_delay = 1s",
            queueDirectory: Path.Combine(disk.MountPoint, "queue"));
        await relay.StartAsync();
        await new LedgerClient(relay, _client).RunAsync(sessions: 10, CancellationToken.None, 300);
        _client.Acknowledged.ShouldBe(300);

        var filler = Path.Combine(disk.MountPoint, "filler");
        await FillAsync(filler);
        await using (var sink = new SinkLedger(new() { Listen = new(System.Net.IPAddress.Loopback, port) }))
        {
            (await sink.DrainedAsync(_client, reports, Patience)).ShouldBeTrue(await LogAsync(relay));
            await UntilEmptyAsync(relay);
            LedgerAudit.Faults(_client, sink, reports, []).ShouldBeEmpty();

            File.Delete(filler);
            await HeardAsync(relay, "there is room on the disk of");
            await new LedgerClient(relay, _client, seed: 2).RunAsync(sessions: 5, CancellationToken.None, 50);
            _client.Acknowledged.ShouldBe(350);
            (await sink.DrainedAsync(_client, reports, Patience)).ShouldBeTrue();
        }
        (await LogAsync(relay)).ShouldNotContain("until the database is reopened");
        (await relay.StopAsync()).ShouldBe(0);
    }

    /// <summary>What the disk has no room for any more is left out.</summary>
    private static async Task FillAsync(string file)
    {
        // The relay keeps room for itself and may give it up at any moment: whoever fills the disk takes that too, once.
        var dd = await Tool.RunAsync("dd", ["if=/dev/zero", $"of={file}", "bs=64K"]);
        dd.Error.ShouldContain("No space left on device");
    }

    private static async Task HeardAsync(RelayProcess relay, string text)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !(await LogAsync(relay)).Contains(text, StringComparison.Ordinal);)
            waited.Elapsed.ShouldBeLessThan(Patience, text);
    }

    private static async Task UntilEmptyAsync(RelayProcess relay)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); (await relay.CommandAsync("postqueue",
            "-p")).Output != "Mail queue is empty\n";)
            waited.Elapsed.ShouldBeLessThan(Patience, await LogAsync(relay));
    }

    private static Task<string> LogAsync(RelayProcess relay) => File.ReadAllTextAsync(relay.LogFile);
}
