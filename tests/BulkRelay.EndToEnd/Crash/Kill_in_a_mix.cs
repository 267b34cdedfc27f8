using System.Globalization;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;
using BulkRelay.Tests.Postgres;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>
/// One fault after the other, of every kind, while everything goes on at once: bodies to 5 MB, several recipients, clients that hang up,
/// deferrals, refusals with their reports, mail in doubt, and an operator who holds all mail and releases it. What was acknowledged arrives
/// as it was sent, or its sender is told that it does not. A longer run: <c>CRASH_ROUNDS=50 dotnet test tests/BulkRelay.EndToEnd -c Release
/// --filter Kill_in_a_mix</c>.
/// </summary>
public sealed class Kill_in_a_mix
{
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("CRASH_ROUNDS") ?? "7", CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(StoreOfTest.Kinds), MemberType = typeof(StoreOfTest))]
    public async Task Every_acknowledged_recipient_is_reached_or_reported(string store)
    {
        var random = new Random(20261121);
        // A server of its own: it is killed too.
        await using var database = store == "postgres" ? await PostgresServer.StartAsync() : null;
        await using var run = new CrashRun(sink: new SinkOptions { Defer = 0.1, Reject = 0.05, Drop = 0.02, DropStage = SinkStage.Dot },
            mainCf: "notify_classes =\n" + (database is null ? "" : StoreOfTest.MainCf(await database.NewDatabaseAsync())))
        {
            OneLargeIn = 100,
            OneBrokenIn = 50,
        };
        var faults = CrashFault.For(database);
        await run.Relay.StartAsync();
        run.Load(sessions: 20);
        for (var round = 0; round < Rounds; round++)
        {
            await run.AcknowledgedAsync(random.Next(50, 300));
            (await run.Relay.CommandAsync("postsuper", "-h", "ALL")).Succeeded();
            await run.AcknowledgedAsync(random.Next(50, 300));
            if (random.Next(2) == 0) (await run.Relay.CommandAsync("postsuper", "-H", "ALL")).Succeeded();
            await run.StrikeAsync(faults[round % faults.Count], random);
        }
        await run.AcknowledgedAsync(100);
        await run.EndLoadAsync();
        (await run.Relay.CommandAsync("postsuper", "-H", "ALL")).Succeeded();
        (await run.AuditAsync()).ShouldBeEmpty(run.ToString());
        run.Reported.ShouldBeGreaterThan(0);
    }
}
