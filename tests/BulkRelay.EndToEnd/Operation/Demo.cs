using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>The newcomer's first command.</summary>
public sealed class Demo
{
    [Fact]
    public async Task It_ends_by_itself_and_tells_that_nothing_was_lost_doubled_or_changed()
    {
        var output = (await Tool.RunAsync(Path.Combine(AppContext.BaseDirectory, "bulkrelay"), ["demo", "--messages", "2000"])).Succeeded();
        output.ShouldEndWith("accepted = delivered = 2,000, lost 0, duplicates 0, changed 0\n");
        output.ShouldMatch(@"\n  rate +[\d,]+/s\n  latency p50 +[\d.]+ ms\n  latency p95 +[\d.]+ ms\n  latency p99 +[\d.]+ ms\n");
    }
}
