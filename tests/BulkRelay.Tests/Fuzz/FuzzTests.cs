using System.Diagnostics;
using BulkRelay.Tests.Fuzz.Targets;

namespace BulkRelay.Tests.Fuzz;

/// <summary>
/// Each parser gets random inputs for a bounded time, and again all inputs that once broke it: an input that breaks it becomes a file of
/// <c>Fuzz/regressions/NAME</c>, as the failure says. <c>BULKRELAY_fuzz_seconds</c> gives each more time.
/// </summary>
public sealed class FuzzTests
{
    private const double DefaultSeconds = 1;

    /// <summary>No input of a few kilobytes may keep a parser busy for longer; far more than any takes.</summary>
    private static readonly TimeSpan LongestInput = TimeSpan.FromSeconds(5);

    private static readonly string Regressions = Path.Combine(AppContext.BaseDirectory, "Fuzz", "regressions");

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_input_breaks(string name)
    {
        var target = FuzzTargets.All.Single(t => t.Name == name);
        var seed = Random.Shared.Next();
        var mutator = new Mutator(target.Words, seed);
        var seconds = Environment.GetEnvironmentVariable("BULKRELAY_fuzz_seconds") is { Length: > 0 } given ? double.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : DefaultSeconds;
        foreach (var word in target.Words) Try(target, System.Text.Encoding.UTF8.GetBytes(word), "one of its words");
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < seconds;) Try(target, mutator.Next(), $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_broke_it_once_does_not_any_more(string name)
    {
        var folder = Path.Combine(Regressions, name);
        if (!Directory.Exists(folder)) return;
        var target = FuzzTargets.All.Single(t => t.Name == name);
        foreach (var file in Directory.GetFiles(folder)) Try(target, File.ReadAllBytes(file), Path.GetFileName(file));
    }

    [Fact]
    public void Every_folder_of_regressions_belongs_to_a_target() =>
        (Directory.Exists(Regressions) ? Directory.GetDirectories(Regressions) : []).Select(Path.GetFileName).ShouldBeSubsetOf(FuzzTargets.All.Select(t => t.Name));

    private static void Try(FuzzTarget target, byte[] input, string origin)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            throw new ShouldAssertException(
                $"{target.Name} breaks ({origin}): {e.GetType().Name}: {e.Message}\nkeep the input: echo {Convert.ToBase64String(input)} | base64 -d > tests/BulkRelay.Tests/Fuzz/regressions/{target.Name}/CASE", e);
        }
        watch.Elapsed.ShouldBeLessThan(LongestInput, $"{target.Name} ({origin}): {Convert.ToBase64String(input)}");
    }
}
