using System.Globalization;
using BulkRelay.EndToEnd.Faults;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.EndToEnd.Ledger;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Crash;

/// <summary>
/// A test that cannot fail proves nothing. Each of these relays breaks one promise on purpose, and the same comparison of ledgers that
/// passes for the real one must see it.
/// </summary>
public sealed class Broken_variants_are_caught
{
    [Fact]
    public async Task A_relay_that_says_250_before_the_commit()
    {
        using var mutant = await Mutant.BuildAsync("ACK_BEFORE_COMMIT");
        // Links drop, so that mail is still in the relay's hands when it dies.
        await using var run = new CrashRun(Program(mutant), sink: new SinkOptions { Drop = 0.5, DropStage = SinkStage.Data });
        run.Load(sessions: 10);
        // A killed process leaves in the system's hands what it wrote, synced or not: it has to die while it writes the commit.
        for (var n = 200; n < 600; n += 50)
            await run.DiesOfAsync(await FaultLibrary.WithAsync(("FILE", "queue.db-wal"), ("KILL_AT_WRITE", n.ToString(CultureInfo.InvariantCulture)), ("KILL_DELAY", "100")));
        await run.EndLoadAsync();
        await run.Relay.StartAsync();
        (await run.LossesAsync()).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_relay_that_does_not_sync_its_commits()
    {
        using var mutant = await Mutant.BuildAsync("SYNC_NORMAL");
        (await Power_cut.LossesAsync(Program(mutant))).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_relay_that_records_a_delivery_before_the_next_hop_has_taken_it()
    {
        using var mutant = await Mutant.BuildAsync("RECORD_BEFORE_SINK_250");
        (await LossesOfDroppedLinksAsync(Program(mutant))).ShouldNotBeEmpty();
    }

    /// <summary>What the ledgers see in mail as bulk mail is, the demonstration sees as well.</summary>
    [Fact]
    public async Task A_relay_that_sends_octets_in_another_order_than_they_were_written()
    {
        using var mutant = await Mutant.BuildAsync("unordered_output");
        await using (var run = new CrashRun(Program(mutant)))
        {
            await run.Relay.StartAsync();
            run.Load(sessions: 5);
            await run.Sink.Changed.WaitAsync(TimeSpan.FromMinutes(1));
            await run.EndLoadAsync();
            LedgerAudit.Changes(run.Client, run.Sink)
                .ShouldContain(fault => fault.StartsWith("changed on the way: ", StringComparison.Ordinal));
        }
        var demo = await Tool.RunAsync(Program(mutant), ["demo", "--messages", "500"]);
        demo.ExitCode.ShouldBe(1, demo.Output);
        demo.Output.ShouldMatch(@"\n  changed +[1-9]");
        demo.Output.ShouldEndWith("The relay did not keep its promises: please report this, with the lines above.\n");
    }

    [Fact]
    public async Task The_real_relay_loses_nothing_where_links_drop()
    {
        (await LossesOfDroppedLinksAsync(program: null)).ShouldBeEmpty();
    }

    private static async Task<IReadOnlyList<string>> LossesOfDroppedLinksAsync(string? program)
    {
        await using var run = new CrashRun(program, sink: new SinkOptions { Drop = 0.2, DropStage = SinkStage.Data });
        await run.Relay.StartAsync();
        run.Load(sessions: 5, messages: 100);
        await run.AcknowledgedAsync(100);
        return await run.LossesAsync();
    }

    private static string Program(Mutant mutant) => Path.Combine(mutant.Programs, "bulkrelay");
}
