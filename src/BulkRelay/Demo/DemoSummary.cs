using System.Globalization;

namespace BulkRelay.Server.Demo;

/// <summary>The end of the demonstration: did the relay keep its promises, and how fast was it?</summary>
internal static class DemoSummary
{
    /// <summary>How many of the changed messages are told one by one.</summary>
    private const int MostTold = 10;

    /// <summary>Prints the figures; true when nothing was lost, doubled or changed.</summary>
    public static bool Print(DemoLedger ledger, TimeSpan elapsed, TextWriter output)
    {
        var latencies = ledger.Latencies();
        void Row(string what, string figure) => output.WriteLine($"  {what,-22}{figure,14}");
        output.WriteLine();
        Row("accepted", Count(ledger.Accepted));
        Row("delivered", Count(ledger.Delivered));
        Row("lost", Count(ledger.Missing));
        Row("duplicates", Count(ledger.Duplicates));
        Row("changed", Count(ledger.Changed.Count));
        Row("time", string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0.00} s"));
        Row("rate", Count((int)(ledger.Delivered / Math.Max(elapsed.TotalSeconds, 0.001))) + "/s");
        foreach (var percent in (ReadOnlySpan<int>)[50, 95, 99]) Row($"latency p{percent}", Milliseconds(Percentile(latencies, percent)));
        if (latencies.Length > 0) Row("latency, the longest", Milliseconds(latencies[^1]));
        output.WriteLine();
        var kept = ledger is { Missing: 0, Duplicates: 0, Changed.Count: 0 } && ledger.Accepted == ledger.Delivered;
        foreach (var message in ledger.Changed.Take(MostTold)) output.WriteLine($"  changed: {message}");
        output.WriteLine(kept
            ? $"accepted = delivered = {Count(ledger.Accepted)}, lost 0, duplicates 0, changed 0"
            : "The relay did not keep its promises: please report this, with the lines above.");
        return kept;
    }

    private static TimeSpan Percentile(TimeSpan[] sorted, int percent) =>
        sorted.Length == 0 ? TimeSpan.Zero : sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");
}
