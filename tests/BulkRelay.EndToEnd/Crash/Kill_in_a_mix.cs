using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>
/// <c>kill -9</c> while everything goes on at once: several recipients, deferrals, refusals with their reports, mail in doubt, and an
/// operator who holds all mail and releases it. What was acknowledged arrives, or its sender is told that it does not.
/// </summary>
public sealed class Kill_in_a_mix
{
    private const int Rounds = 6;

    [Theory]
    [MemberData(nameof(StoreOfTest.Kinds), MemberType = typeof(StoreOfTest))]
    public async Task Every_acknowledged_recipient_is_reached_or_reported(string store)
    {
        var random = new Random(20261121);
        await using var run = new CrashRun(sink: new SinkOptions { Defer = 0.1, Reject = 0.05, Drop = 0.02, DropStage = SinkStage.Dot },
            mainCf: await StoreOfTest.MainCfAsync(store));
        await run.Relay.StartAsync();
        run.Load(sessions: 20);
        for (var round = 0; round < Rounds; round++)
        {
            await run.AcknowledgedAsync(random.Next(50, 300));
            (await run.Relay.CommandAsync("postsuper", "-h", "ALL")).Succeeded();
            await run.AcknowledgedAsync(random.Next(50, 300));
            if (random.Next(2) == 0) (await run.Relay.CommandAsync("postsuper", "-H", "ALL")).Succeeded();
            await run.KillAsync();
            await run.Relay.StartAsync();
        }
        await run.AcknowledgedAsync(100);
        await run.EndLoadAsync();
        (await run.Relay.CommandAsync("postsuper", "-H", "ALL")).Succeeded();
        (await run.AuditAsync()).ShouldBeEmpty();
        run.Reported.ShouldBeGreaterThan(0);
    }
}
