using System.Globalization;
using BulkRelay.EndToEnd.Faults;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Store;

/// <summary>Controls: deliberately broken stores that the crash sweep has to catch, or it is blind.</summary>
public sealed class MutantTests
{
    [Fact]
    public async Task A_store_that_answers_before_its_commit_is_caught_by_a_kill()
    {
        using var mutant = await Mutant.BuildAsync("ACK_BEFORE_COMMIT");
        using var folder = new TempFolder();
        var lost = 0;
        // Somewhere among these writes is the first of a commit that has been answered already.
        for (var n = 40; lost == 0 && n < 80; n++)
        {
            var file = folder.File($"{n}/queue.db");
            var faults = await FaultLibrary.WithAsync(
                ("KILL_AT_WRITE", n.ToString(CultureInfo.InvariantCulture)), ("KILL_DELAY", "100"), ("FILE", "queue.db"));
            using var writer = new StoreProcess(file, goal: 20, adders: 1, faults, mutant.Programs);
            (await writer.FinishAsync()).ShouldBe(137);
            lost += (await StoreAudit.OfAsync(file, writer)).Lost.Count;
        }
        lost.ShouldBeGreaterThan(0);
    }
}
