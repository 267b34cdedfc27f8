using BulkRelay.EndToEnd.Faults;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>The power fails under load: what was acknowledged is there when it comes back. Deliveries may be made again.</summary>
public sealed class Power_cut
{
    [Fact]
    public async Task Every_acknowledged_message_arrives()
    {
        (await LossesAsync(program: null)).ShouldBeEmpty();
    }

    /// <summary>Runs a relay through two power cuts and returns what was lost.</summary>
    internal static async Task<IReadOnlyList<string>> LossesAsync(string? program)
    {
        await using var disk = await LoopDisk.MakeAsync(256);
        await using var run = new CrashRun(program, Path.Combine(disk.MountPoint, "queue"), new() { Delay = TimeSpan.FromMilliseconds(100) });
        for (var cut = 0; cut < 2; cut++)
        {
            await run.Relay.StartAsync();
            if (cut == 0) run.Load(sessions: 10);
            await run.AcknowledgedAsync(100);
            // A machine without power stands still at once. The ioctl takes a moment, in which the kernel may report a sync as done and lose what it wrote.
            await run.Relay.FreezeAsync();
            await disk.CutPowerAsync();
            await run.KillAsync();
            await disk.RestorePowerAsync();
        }
        await run.EndLoadAsync();
        await run.Relay.StartAsync();
        return await run.LossesAsync();
    }
}
