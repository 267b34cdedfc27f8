using System.Globalization;
using BulkRelay.EndToEnd.Faults;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>
/// The relay dies instead of its n-th sync (or in the midst of writing a commit), for one n after the other, while mail comes in and goes
/// out: no moment of the store's life is left to luck.
/// </summary>
public sealed class Kill_at_every_sync
{
    [Fact]
    public Task Every_acknowledged_message_arrives_after_a_death_at_each_sync() => SweepAsync("KILL_AT_SYNC", Enumerable.Range(1, 30), seed: 2);

    [Fact]
    public Task Every_acknowledged_message_arrives_after_a_death_in_the_midst_of_writing() =>
        SweepAsync("KILL_AT_WRITE", Enumerable.Range(1, 10).Select(n => n * 97), seed: 3);

    private static async Task SweepAsync(string fault, IEnumerable<int> moments, int seed)
    {
        await using var run = new CrashRun(seed: seed);
        run.Load(sessions: 10);
        foreach (var n in moments)
        {
            var faults = await FaultLibrary.WithAsync(("FILE", "queue.db"), (fault, n.ToString(CultureInfo.InvariantCulture)));
            (await run.DiesOfAsync(faults)).ShouldBeTrue($"the relay should have died at {n}: {run.Relay.Output}");
        }
        await run.Relay.StartAsync();
        await run.AcknowledgedAsync(50);
        await run.EndLoadAsync();
        (await run.AuditAsync()).ShouldBeEmpty();
    }
}
