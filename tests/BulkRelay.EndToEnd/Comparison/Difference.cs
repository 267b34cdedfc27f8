using System.Text.RegularExpressions;

namespace BulkRelay.EndToEnd.Comparison;

/// <summary>A difference that is meant: a row of the table in <c>sidebyside/DIFFERENCES.md</c>, which holds all there are.</summary>
/// <param name="Kind">What is compared: <see cref="Dialogue"/> or <see cref="LookUp"/>.</param>
/// <param name="Name">The case in which it shows.</param>
/// <param name="Postfix">What Postfix says.</param>
/// <param name="Relay">What the relay says.</param>
/// <param name="Reason">Why.</param>
internal sealed partial record Difference(string Kind, string Name, string Postfix, string Relay, string Reason)
{
    public const string Dialogue = "dialogue";

    public const string LookUp = "look-up";

    /// <summary>The columns, as the table has them.</summary>
    private const string Head = "| case | Postfix 3.7 | BulkRelay | reason |";

    private static readonly string[] Kinds = [Dialogue, LookUp];

    /// <summary>Reads the rows of one kind.</summary>
    public static IReadOnlyList<Difference> Read(string file, string kind) => [.. Read(File.ReadAllLines(file)).Where(d => d.Kind == kind)];

    /// <summary>Reads the table: every line of the file that begins with a bar belongs to it.</summary>
    /// <exception cref="FormatException">A row is not one of this table.</exception>
    public static IEnumerable<Difference> Read(IEnumerable<string> lines)
    {
        var table = lines.Where(l => l.StartsWith('|')).ToList();
        if (table is not [Head, "|---|---|---|---|", ..]) throw new FormatException($"the table does not begin with '{Head}'");
        return table.Skip(2).Select(ReadRow);
    }

    private static Difference ReadRow(string row) =>
        Bar().Split(row).Select(c => c.Trim()).ToList() is ["", var name, var postfix, var relay, { Length: > 0 } reason, ""]
        && name.Split(' ', 2) is [var kind, var inKind] && Kinds.Contains(kind)
            ? new Difference(kind, inKind, Text(postfix, row), Text(relay, row), reason)
            : throw new FormatException($"'{row}' is not | dialogue NAME or look-up NAME | `…` | `…` | reason |");

    /// <summary>A text stands between backticks: as many as it takes for none of them to be its own.</summary>
    private static string Text(string cell, string row) => CodeSpan().Match(cell) is { Success: true } span
        ? span.Groups["text"].Value.Replace("\\|", "|", StringComparison.Ordinal) : throw new FormatException($"'{row}': '{cell}' is not between backticks");

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();

    [GeneratedRegex(@"^(?<ticks>`+)(?<text>.+)\k<ticks>$")]
    private static partial Regex CodeSpan();
}
