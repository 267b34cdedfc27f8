using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Applets.Postmap;

namespace BulkRelay.EndToEnd.Tables;

/// <summary>Patterns made at random (the same ones each time) match the same keys in Debian's <c>postmap</c> and in ours.</summary>
public sealed class RandomPatterns : IDisposable
{
    private const int Patterns = 80;
    private const int Keys = 40;
    private const int Depth = 3;

    private static readonly string[] Common = ["a", "b", "c", "@", "-", ".", "\\.", "[ab]", "[^a]", "[[:alpha:]]", "[a-c1]", "[]a]", "\\w", "\\W", "x", "1"];
    private static readonly string[] OfPcre = ["\\d", "\\D", "\\s", "[\\w.]", "[^\\W1]", "\\Qa.\\E", "\\x61", "\\b", "(?=a)", "(?!b)", "(?<=a)", "(?<!c)", "\\h", "\\R?"];
    private static readonly string[] OfPosix = ["\\<", "\\>", "\\b", "[[.-.]a]", "[[:digit:]]", "a{,2}", "\\d", "\\@"];
    private static readonly string[] Repeats = ["*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}"];
    private static readonly string[] PcreRepeats = ["*?", "+?", "??", "++", "*+", "?+", "{1,2}?"];
    private static readonly string[] KeyPieces = ["a", "b", "c", "A", "@", ".", "-", "1", "x", " ", "ab", "_", "]"];

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("pcre", "i m s x A E U is mE")]
    [InlineData("regexp", "i m im")]
    public async Task They_match_alike(string type, string flags)
    {
        var random = new Random(20261121);
        var file = _folder.File("table");
        for (var i = 0; i < Patterns; i++)
        {
            var pattern = Alternatives(random, type == "pcre", Depth);
            var flag = random.Next(3) == 0 ? flags.Split(' ')[random.Next(flags.Split(' ').Length)] : "";
            // POSIX takes the longest of several matches, .NET the first: what a group holds may differ, whether there is a match may not.
            var rule = $"/{(random.Next(2) == 0 ? "^" : "")}({pattern}){(random.Next(3) == 0 ? "$" : "")}/{flag} {(type == "pcre" ? "<$1>" : "yes")}\n";
            await File.WriteAllTextAsync(file, rule);
            var keys = string.Concat(Enumerable.Range(0, Keys).Select(_ => Key(random)));
            var theirs = await Tool.RunAsync("postmap", ["-q", "-", $"{type}:{file}"], keys);
            using var output = new StringWriter();
            using var error = new StringWriter();
            await new TableCommand("postmap", isForAliases: false, new StringReader(keys), output, error).RunAsync(["-q", "-", $"{type}:{file}"]);
            output.ToString().ShouldBe(theirs.Output, $"{i}: {rule}postmap: {theirs.Error}\nours: {error}");
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string Alternatives(Random random, bool isPcre, int depth) =>
        string.Join('|', Enumerable.Range(0, random.Next(4) == 0 ? 2 : 1).Select(_ => Sequence(random, isPcre, depth)));

    private static string Sequence(Random random, bool isPcre, int depth) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => Piece(random, isPcre, depth)));

    private static string Piece(Random random, bool isPcre, int depth)
    {
        // The GNU library loses count of word boundaries inside a repeated group: ((\>[-a]+){2})$ matches "a-a" there, which has one of them.
        var own = isPcre ? OfPcre : depth == Depth ? OfPosix : OfPosix[3..];
        var atom = random.Next(10) switch
        {
            < 3 when depth > 0 => $"({(isPcre && random.Next(2) == 0 ? "?:" : "")}{Alternatives(random, isPcre, depth - 1)})",
            < 5 => own[random.Next(own.Length)],
            _ => Common[random.Next(Common.Length)],
        };
        // What has no width, or a quantifier of its own, is not repeated: there the libraries differ in what they allow.
        var isRepeatable = atom is not ("\\b" or "\\<" or "\\>" or "a{,2}" or "\\R?") && !atom.StartsWith("(?", StringComparison.Ordinal);
        if (!isRepeatable || random.Next(3) > 0) return atom;
        return atom + (isPcre && random.Next(3) == 0 ? PcreRepeats[random.Next(PcreRepeats.Length)] : Repeats[random.Next(Repeats.Length)]);
    }

    private static string Key(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => KeyPieces[random.Next(KeyPieces.Length)])) + "\n";
}
