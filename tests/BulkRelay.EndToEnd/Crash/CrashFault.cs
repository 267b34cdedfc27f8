using System.Globalization;
using BulkRelay.EndToEnd.Faults;
using BulkRelay.Tests.Postgres;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>What befalls a relay under load; it is up before and afterwards.</summary>
/// <param name="Name">What it is, for the message of a failed test.</param>
/// <param name="StrikeAsync">Does it.</param>
internal sealed record CrashFault(string Name, Func<CrashRun, Random, Task> StrikeAsync)
{
    private static readonly CrashFault[] OfEveryRelay =
    [
        new("SIGKILL", async (run, _) =>
        {
            await run.KillAsync();
            await run.Relay.StartAsync();
        }),
        new("SIGTERM", async (run, _) =>
        {
            (await run.Relay.StopAsync()).ShouldBe(0);
            await run.Relay.StartAsync();
        }),
        new("death at a send", (run, random) => DieAsync(run, ("KILL_AT_SEND", random.Next(1, 1000)))),
    ];

    private static readonly CrashFault[] OfFiles =
    [
        new("death at a sync", (run, random) => DieAsync(run, ("KILL_AT_SYNC", random.Next(1, 40)))),
        new("death amid a write", (run, random) => DieAsync(run, ("KILL_AT_WRITE", random.Next(1, 1500)))),
        new("syncs that fail", FailToSyncAsync),
        new("a full disk", FillTheDiskAsync),
    ];

    /// <summary>The kinds of faults for a relay on SQLite, or on a PostgreSQL of its own.</summary>
    public static IReadOnlyList<CrashFault> For(PostgresServer? database) => database is null ? [.. OfEveryRelay, .. OfFiles] :
    [
        .. OfEveryRelay,
        new("SIGKILL for the database", async (_, _) =>
        {
            await database.KillAsync();
            await database.StartAgainAsync();
        }),
        new("an orderly stop of the database", async (_, _) =>
        {
            await database.StopAsync();
            await database.StartAgainAsync();
        }),
    ];

    private static async Task DieAsync(CrashRun run, (string Name, int Count) fault)
    {
        await run.KillAsync();
        (await run.DiesOfAsync(await WithAsync(fault))).ShouldBeTrue($"the relay should have died of {fault}: {run.Relay.Output}");
        await run.Relay.StartAsync();
    }

    private static async Task FailToSyncAsync(CrashRun run, Random random)
    {
        await run.KillAsync();
        (await run.Relay.StartOrDieAsync(await WithAsync(("EIO_FROM_SYNC", random.Next(10, 30)), ("EIO_COUNT", 2))))
            .ShouldBeTrue(run.Relay.Output);
        await run.RefusedAsync(1);
        await run.AcknowledgedAsync(50);
    }

    private static async Task FillTheDiskAsync(CrashRun run, Random random)
    {
        var sign = Path.Combine(run.Relay.ConfigDirectory, "full");
        await File.WriteAllTextAsync(sign, "");
        await run.KillAsync();
        var full = await WithAsync(("ENOSPC_AFTER", random.Next(100_000, 2_000_000)));
        full["FAULT_ENOSPC_WHILE"] = sign;
        (await run.Relay.StartOrDieAsync(full)).ShouldBeTrue(run.Relay.Output);
        await run.RefusedAsync(20);
        File.Delete(sign);
        await run.AcknowledgedAsync(50);
    }

    private static Task<Dictionary<string, string>> WithAsync(params (string Name, int Count)[] faults) =>
        FaultLibrary.WithAsync([("FILE", "queue.db"), .. faults.Select(f => (f.Name, f.Count.ToString(CultureInfo.InvariantCulture)))]);
}
