namespace BulkRelay.EndToEnd.Comparison;

/// <summary>A difference that is meant: a row of <c>sidebyside/differences.txt</c>.</summary>
/// <param name="Talk">The dialogue in which it shows; <c>*</c> for any.</param>
/// <param name="Postfix">What Postfix says.</param>
/// <param name="Relay">What the relay says.</param>
/// <param name="Reason">Why.</param>
internal sealed record Difference(string Talk, string Postfix, string Relay, string Reason)
{
    /// <summary>Reads the table: blocks of four lines <c>talk:</c>, <c>postfix:</c>, <c>relay:</c>, <c>reason:</c>; <c>#</c> begins a comment.</summary>
    public static IReadOnlyList<Difference> Read(string file)
    {
        var lines = File.ReadLines(file).Where(l => l.Length > 0 && l[0] != '#').ToList();
        return [.. lines.Chunk(4).Select(block => new Difference(
            Field(block, 0, "talk: "), Field(block, 1, "postfix: "), Field(block, 2, "relay: "), Field(block, 3, "reason: ")))];
    }

    private static string Field(string[] block, int number, string name) =>
        number < block.Length && block[number].StartsWith(name, StringComparison.Ordinal) && block[number].Length > name.Length
            ? block[number][name.Length..] : throw new FormatException($"'{string.Join(" / ", block)}' lacks its line '{name}'");
}
