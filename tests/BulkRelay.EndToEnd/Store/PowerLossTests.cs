using BulkRelay.EndToEnd.Faults;

namespace BulkRelay.EndToEnd.Store;

/// <summary>
/// Power is cut at a moment when nothing has been written back that was not synced: the file system is shut down under the store
/// without its journal being flushed. Needs root, for a file system of its own.
/// </summary>
public sealed class PowerLossTests
{
    private const int Messages = 200;

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public async Task What_was_acknowledged_survives_a_power_cut(int adders)
    {
        var (audit, acknowledged) = await CutAsync(adders);
        acknowledged.ShouldBeGreaterThanOrEqualTo(Messages);
        audit.ShouldBeSound("power cut");
    }

    /// <summary>The control: with a store that does not sync its commits this very test has to find losses, or it is blind.</summary>
    [Fact]
    public async Task A_store_that_does_not_sync_is_caught_by_a_power_cut()
    {
        using var mutant = await Mutant.BuildAsync("SYNC_NORMAL");
        var (audit, _) = await CutAsync(adders: 1, mutant.Programs);
        audit.Lost.Count.ShouldBeGreaterThan(0);
    }

    private static async Task<(StoreAudit Audit, int Acknowledged)> CutAsync(int adders, string? programs = null)
    {
        await using var disk = await LoopDisk.MakeAsync(64);
        var file = Path.Combine(disk.MountPoint, "spool", "queue.db");
        using var writer = new StoreProcess(file, Messages, adders, programs: programs);
        await writer.HearAsync("goal");
        await writer.FreezeAsync();
        await disk.CutPowerAsync();
        await writer.KillAsync();
        await disk.RestorePowerAsync();
        return (await StoreAudit.OfAsync(file, writer), writer.Said("stored").Count);
    }
}
