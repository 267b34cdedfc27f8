using System.Globalization;
using BulkRelay.EndToEnd.Faults;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Store;

/// <summary>
/// The process dies at every single sync of the store's life, from the making of the database to its closing, and at many of its
/// writes in between.
/// </summary>
public sealed class CrashSweepTests
{
    private const int Messages = 12;
    private const int Killed = 137;

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill_at_every_sync()
    {
        var syncs = await SweepAsync("KILL_AT_SYNC", step: 1, adders: 1);
        syncs.ShouldBeGreaterThan(Messages, "each commit syncs");
    }

    [Fact]
    public async Task What_was_acknowledged_survives_a_kill_in_the_midst_of_writing()
    {
        var writes = await SweepAsync("KILL_AT_WRITE", step: 7, adders: 3);
        writes.ShouldBeGreaterThan(10 * Messages);
    }

    /// <summary>Kills at each n-th call until a run ends by itself; returns how many calls such a run makes.</summary>
    private static async Task<int> SweepAsync(string fault, int step, int adders)
    {
        for (var n = 1; ; n += step)
        {
            using var folder = new TempFolder();
            var file = folder.File("queue.db");
            var faults = await FaultLibrary.WithAsync((fault, n.ToString(CultureInfo.InvariantCulture)),
                ("KILL_DELAY", "5"), ("FILE", "queue.db"));
            using var writer = new StoreProcess(file, Messages, adders, faults);
            var status = await writer.FinishAsync();
            (await StoreAudit.OfAsync(file, writer)).ShouldBeSound($"{fault}={n}, status {status}");
            if (status == 0) return n;
            status.ShouldBe(Killed, writer.Log);
        }
    }
}
