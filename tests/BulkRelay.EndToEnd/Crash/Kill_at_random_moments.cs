using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Crash;

/// <summary><c>kill -9</c> under load, again and again: nothing that was acknowledged is lost, nothing is delivered twice without a reason.</summary>
public sealed class Kill_at_random_moments
{
    [Theory]
    [MemberData(nameof(StoreOfTest.Kinds), MemberType = typeof(StoreOfTest))]
    public async Task Every_acknowledged_message_arrives(string store)
    {
        const int Rounds = 12;
        var random = new Random(20261121);
        await using var run = new CrashRun(mainCf: await StoreOfTest.MainCfAsync(store));
        await run.Relay.StartAsync();
        run.Load(sessions: 30);
        for (var round = 0; round < Rounds; round++)
        {
            await run.AcknowledgedAsync(random.Next(1, 400));
            await run.KillAsync();
            await run.Relay.StartAsync();
        }
        await run.AcknowledgedAsync(100);
        await run.EndLoadAsync();
        (await run.AuditAsync()).ShouldBeEmpty();
    }
}
