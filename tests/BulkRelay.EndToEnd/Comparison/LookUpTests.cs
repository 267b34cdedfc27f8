using System.Globalization;
using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Applets.Postmap;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>
/// Each file <c>sidebyside/NAME.lookups</c> has tables and keys, for which Postfix's <c>postmap</c> and ours are asked. The values are the
/// same, the exit status is, and so are the numbers of the lines that are warned of. What is meant to differ has a row in
/// <c>sidebyside/DIFFERENCES.md</c>, with the reason.
/// <para>
/// To add look-ups, write lines to such a file; nothing else has to be changed:
/// <code>
/// # What it shows.
/// file NAME: TEXT           a line of the file {dir}/NAME, as it is
/// octets NAME: TEXT         octets of the file {dir}/NAME (escapes as in dialogs/), without a line end
/// ask postmap TABLE         the keys that follow are looked up there; options of the command may stand before the table
/// ask index TABLE           the same, after Postfix's postmap has made an index of the file
/// ask alias TABLE           the same with postalias
/// ? KEY                     a key, as it is
/// </code>
/// </para>
/// </summary>
public sealed partial class LookUpTests : IDisposable
{
    private static readonly IReadOnlyList<Difference> Differences =
        Difference.Read(Path.Combine(SideBySideServers.Folder, "DIFFERENCES.md"), Difference.LookUp);

    private readonly TempFolder _folder = new();

    private static IEnumerable<string> Names =>
        Directory.EnumerateFiles(SideBySideServers.Folder, "*.lookups").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public static TheoryData<string> All => [.. Names];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Tables_answer_as_in_Postfix(string name)
    {
        var lookUps = LookUps.Read(FileOf(name));
        lookUps.WriteFiles(_folder.Path);
        await File.WriteAllTextAsync(_folder.File("main.cf"), "compatibility_level = 3.6\nmyhostname = relay.test\n");
        await File.WriteAllTextAsync(_folder.File("master.cf"), "");

        var comparison = new TalkComparison(Differences.Where(d => d.Name == name));
        var postfix = await PostfixAsync(lookUps.All);
        foreach (var (lookUp, answer) in lookUps.All.Zip(postfix))
            comparison.AddAll($"{Described(lookUp)}: ", Answers(lookUp, answer), Answers(lookUp, await OursAsync(lookUp)));
        comparison.Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Two_hundred_look_ups_are_made() => Names.Sum(n => LookUps.Read(FileOf(n)).All.Sum(l => l.Keys.Count)).ShouldBeGreaterThanOrEqualTo(200);

    [Fact]
    public void Differences_are_those_of_look_ups_that_are_made() => Differences.Select(d => d.Name).Except(Names).ShouldBeEmpty();

    public void Dispose() => _folder.Dispose();

    private static string FileOf(string name) => Path.Combine(SideBySideServers.Folder, $"{name}.lookups");

    private static string Described(LookUp lookUp) => string.Join(' ', [.. lookUp.Options, lookUp.Table]);

    /// <summary>Several at once: Postfix's commands sleep a second before they end with a fatal error.</summary>
    private async Task<ToolResult[]> PostfixAsync(List<LookUp> lookUps)
    {
        var answers = new ToolResult[lookUps.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        await Parallel.ForAsync(0, lookUps.Count, options, async (i, _) => answers[i] = await PostfixAsync(lookUps[i]));
        return answers;
    }

    private async Task<ToolResult> PostfixAsync(LookUp lookUp)
    {
        var table = Expand(lookUp.Table);
        var built = lookUp.IsBuilt ? await Tool.RunAsync(lookUp.Command, ["-c", _folder.Path, table]) : null;
        var asked = await Tool.RunAsync(lookUp.Command, ["-c", _folder.Path, .. lookUp.Options, "-q", "-", table], Input(lookUp));
        return asked with { Error = built?.Error + asked.Error };
    }

    private async Task<ToolResult> OursAsync(LookUp lookUp)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var command = new TableCommand(lookUp.Command, lookUp.Command == "postalias", new StringReader(Input(lookUp)), output, error);
        var status = await command.RunAsync(["-c", _folder.Path, .. lookUp.Options, "-q", "-", Expand(lookUp.Table)]);
        return new ToolResult(status, output.ToString(), error.ToString());
    }

    private static string Input(LookUp lookUp) => string.Concat(lookUp.Keys.Select(k => $"{k}\n"));

    private string Expand(string table) => table.Replace("{dir}", _folder.Path, StringComparison.Ordinal);

    /// <summary>What came of it: the exit status, the lines that were warned of, and an answer for each key.</summary>
    private static IEnumerable<string> Answers(LookUp lookUp, ToolResult result)
    {
        yield return $"exit {result.ExitCode}";
        yield return $"warns of lines {string.Join(' ', LinesOf(result.Error))}";
        var lines = new Queue<string>(result.Output.Split('\n'));
        foreach (var key in lookUp.Keys)
        {
            var head = lookUp.Command == "postalias" ? $"{key}:\t" : $"{key}\t";
            yield return $"{key}: {(lines.Peek().StartsWith(head, StringComparison.Ordinal) ? lines.Dequeue()[head.Length..] : "(none)")}";
        }
    }

    /// <summary>Of doubles, and of a text that begins with a blank, Postfix's commands do not know the line when an index is made.</summary>
    private static IEnumerable<int> LinesOf(string warnings) =>
        warnings.Split('\n').Where(w => !w.Contains("duplicate entry", StringComparison.Ordinal) && !w.Contains("must not start with whitespace", StringComparison.Ordinal))
            .Select(w => Line().Match(w)).Where(m => m.Success).Select(m => int.Parse(m.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Distinct().Order();

    [GeneratedRegex(@", line (\d+)")]
    private static partial Regex Line();
}
