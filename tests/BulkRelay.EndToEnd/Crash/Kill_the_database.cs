using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.Postgres;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>
/// <c>kill -9</c> for PostgreSQL under load, again and again, while the relay lives on: nothing that was acknowledged is lost, and nothing is
/// delivered twice, because results that could not be recorded are kept until they can.
/// </summary>
public sealed class Kill_the_database
{
    [Fact]
    public async Task Every_acknowledged_message_arrives_once()
    {
        const int Rounds = 5;
        var random = new Random(20261122);
        await using var server = await PostgresServer.StartAsync();
        await using var run = new CrashRun(mainCf: $"{StoreOfTest.MainCf(await server.NewDatabaseAsync())}\nnotify_classes =");
        await run.Relay.StartAsync();
        run.Load(sessions: 20);
        for (var round = 0; round < Rounds; round++)
        {
            await run.AcknowledgedAsync(random.Next(1, 200));
            await server.KillAsync();
            await server.StartAgainAsync();
        }
        await run.AcknowledgedAsync(100);
        await run.EndLoadAsync();
        (await run.AuditAsync()).ShouldBeEmpty();
    }
}
