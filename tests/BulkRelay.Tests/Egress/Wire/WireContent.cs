using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Egress.Wire;

/// <summary>Content as bulk mail has it, and how it lies in memory (Latin-1, so that a character is an octet).</summary>
/// <param name="Text">The content.</param>
/// <param name="Cuts">The sizes of the segments, used in turn.</param>
/// <param name="Reads">How many octets the receiver takes at once, used in turn.</param>
internal sealed record WireContent(string Text, int[] Cuts, int[] Reads)
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

    /// <summary>Any content in any segments, read in any sizes.</summary>
    public static Arbitrary<WireContent> Any { get; } = (
        from parts in Part.ArrayOf().Resize(12)
        from cuts in Cut.ArrayOf(5)
        from reads in Gen.Choose(1, 30_000).ArrayOf(4)
        select new WireContent(string.Concat(parts), cuts, reads)).ToArbitrary();

    /// <summary>What is stored.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Segments
    {
        get
        {
            var segments = new List<ReadOnlyMemory<byte>>();
            ReadOnlyMemory<byte> rest = Encoding.Latin1.GetBytes(Text);
            for (var i = 0; !rest.IsEmpty; i++)
            {
                var cut = Math.Min(rest.Length, Cuts[i % Cuts.Length]);
                segments.Add(rest[..cut].ToArray());
                rest = rest[cut..];
            }
            return segments;
        }
    }

    /// <summary>What has to follow DATA: canonical lines, each leading dot doubled, and the end of data.</summary>
    public string Wire
    {
        get
        {
            var lines = Smtp.WireRules.Canonical(Text, LineLimit).Split("\r\n")[..^1];
            return string.Concat(lines.Select(line => (line.StartsWith('.') ? "." : "") + line + "\r\n")) + ".\r\n";
        }
    }

    /// <summary>So many lines of ordinary text.</summary>
    public static string TextOf(int lines) => Repeat(new string('t', 78) + "\r\n", lines);

    /// <summary>A line without an end.</summary>
    public static string LineOf(int octets) => new('l', octets);

    public static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    public override string ToString() => $"{Text.Length} octets, segments of {string.Join(",", Cuts)}, reads of {string.Join(",", Reads)}";
}
