using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.TestKit;

/// <summary>Content as bulk mail has it, and how it lies in memory (Latin-1, so that a character is an octet).</summary>
/// <param name="Text">The content.</param>
/// <param name="Cuts">The sizes of the segments or chunks, used in turn.</param>
/// <param name="Moves">How many octets are read or written at once, used in turn.</param>
internal sealed record ChoppedContent(string Text, int[] Cuts, int[] Moves)
{
    /// <summary>As long as a line of text may be; what is longer is folded on the way out.</summary>
    private const int LineLimit = 998;

    private static readonly Gen<string> Part = Gen.Frequency(
        (4, Gen.Choose(1, 250).Select(TextOf)),
        (3, Gen.Elements(".class {\r\n", ".\r\n", "..\r\n", "\r\n", "x\r\n", ".")),
        (2, Gen.Choose(1, 200).Select(count => Repeat(".d\r\n", count))),
        (2, Gen.Choose(4_000, 20_000).Select(LineOf)),
        (1, Gen.Choose(65_000, 82_000).Select(octets => TextOf(octets / 80))),
        (1, Gen.Constant(Repeat("MAIL FROM:<forged@example.com>\r\nRCPT TO:<victim@example.net>\r\nDATA\r\n", 150))),
        (1, Gen.Elements("\n", "\r", "\0", "\xE9\xFF\r\n", "\r\r\n", "\n.\r\n")));

    private static readonly Gen<int> Cut = Gen.Frequency(
        (2, Gen.Constant(64 * 1024)), (2, Gen.Choose(8_000, 17_000)), (2, Gen.Choose(1, 1_000)), (1, Gen.Choose(1, 64 * 1024)));

    /// <summary>Any content in any segments, moved in any sizes.</summary>
    public static Arbitrary<ChoppedContent> Any { get; } = (
        from parts in Part.ArrayOf().Resize(12)
        from cuts in Cut.ArrayOf(5)
        from moves in Gen.Choose(1, 30_000).ArrayOf(4)
        select new ChoppedContent(string.Concat(parts), cuts, moves)).ToArbitrary();

    /// <summary>The content in its segments.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Segments =>
        [.. Chop(Text, Cuts).Select(part => (ReadOnlyMemory<byte>)Encoding.Latin1.GetBytes(part))];

    /// <summary>What has to follow DATA: canonical lines, none too long, each leading dot doubled, and the end of data.</summary>
    public string Wire => Stuff(Smtp.WireRules.Canonical(Text, LineLimit));

    /// <summary>The content as it is kept once it was taken: every line ends in CRLF, and there is no other CR, LF or NUL.</summary>
    public string Canonical => Smtp.WireRules.Canonical(Text, int.MaxValue);

    /// <summary>Canonical content as it is sent.</summary>
    public static string Stuff(string canonical) =>
        string.Concat(canonical.Split("\r\n")[..^1].Select(line => (line.StartsWith('.') ? "." : "") + line + "\r\n")) + ".\r\n";

    /// <summary>The text in parts of these sizes, used in turn.</summary>
    public static IEnumerable<string> Chop(string text, int[] sizes)
    {
        for (var (at, i) = (0, 0); at < text.Length; at += sizes[i++ % sizes.Length])
            yield return text[at..Math.Min(text.Length, at + sizes[i % sizes.Length])];
    }

    /// <summary>So many lines of ordinary text.</summary>
    public static string TextOf(int lines) => Repeat(new string('t', 78) + "\r\n", lines);

    /// <summary>A line without an end.</summary>
    public static string LineOf(int octets) => new('l', octets);

    public static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    public override string ToString() => $"{Text.Length} octets, parts of {string.Join(",", Cuts)}, moved by {string.Join(",", Moves)}";
}
