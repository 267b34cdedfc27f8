using System.Buffers;
using System.Text;
using BulkRelay.Smtp;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Smtp;

public sealed class DataScannerTests
{
    private static readonly BareNewline[] Strict = [BareNewline.Normalize, BareNewline.Note, BareNewline.Reject];

    /// <summary>Rows E1 to E14: none of these ends the data. Each stands between a line and a smuggled envelope.</summary>
    [Theory]
    [InlineData("\n.\n", "\r\n\r\n")]
    [InlineData("\n.\r\n", "\r\n\r\n")]
    [InlineData("\r.\r", " . ")]
    [InlineData("\r.\r\n", " .\r\n")]
    [InlineData("\r\n.\n", "\r\n\r\n")]
    [InlineData("\r\n.\rX", "\r\n X")]
    [InlineData("\r.\n", " .\r\n")]
    [InlineData("\n.\r", "\r\n ")]
    [InlineData("\r\n.\r\r\n", "\r\n \r\n")]
    [InlineData("\r\r\n.\r\r\n", " \r\n \r\n")]
    [InlineData("\r\n\0.\r\n", "\r\n\0.\r\n")]
    [InlineData("\r\n.\0\r\n", "\r\n\0\r\n")]
    [InlineData("\r\n.\r\0\n", "\r\n \0\r\n")]
    [InlineData("\r\0\n.\r\n", " \0\r\n\r\n")]
    [InlineData("\r\n..\r\n", "\r\n.\r\n")]
    [InlineData("\r\n. \r\n", "\r\n \r\n")]
    [InlineData("\r\n.\t\r\n", "\r\n\t\r\n")]
    public void A_false_end_is_content_however_it_is_cut(string false_end, string canonical)
    {
        var input = $"first{false_end}MAIL FROM:<smuggled@x.test>\r\n.\r\n";
        foreach (var mode in Strict)
        {
            foreach (var pieces in Segmentations(input))
            {
                var result = Scan(new DataScanner(mode), pieces);
                result.Content.ShouldBe($"first{canonical}MAIL FROM:<smuggled@x.test>\r\n");
                result.Tail.ShouldBe("");
            }
        }
    }

    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("\r\n.\r\n", "\r\n")]
    [InlineData("a\r\n.\r\n", "a\r\n")]
    [InlineData("a\0\r\n.\r\n", "a\0\r\n")]
    [InlineData("a\nb\r\n.\r\n", "a\r\nb\r\n")]
    public void The_end_is_found_however_it_is_cut_and_what_follows_is_left_alone(string input, string canonical)
    {
        foreach (var mode in Enum.GetValues<BareNewline>())
        {
            foreach (var pieces in Segmentations(input + "\0NOOP\r\n"))
            {
                var result = Scan(new DataScanner(mode), pieces);
                result.Content.ShouldBe(canonical);
                result.Tail.ShouldBe("\0NOOP\r\n");
            }
        }
    }

    [Theory]
    [InlineData("a\n.\n")]
    [InlineData("a\r\n.\n")]
    [InlineData("a\n.\r\n")]
    public void With_bare_newlines_allowed_a_dot_alone_on_any_line_ends(string input)
    {
        foreach (var pieces in Segmentations(input + "NOOP"))
        {
            var result = Scan(new DataScanner(BareNewline.Allow), pieces);
            result.Content.ShouldBe("a\r\n");
            result.Tail.ShouldBe("NOOP");
        }
    }

    [Fact]
    public void A_body_that_ends_on_a_buffer_edge_ends()
    {
        var body = string.Concat(Enumerable.Repeat("0123456789012345678901234567890123456789012345678901234567890\r\n", 1100))[..(65536 - 5)];
        var scanner = new DataScanner(BareNewline.Normalize);
        var output = new ArrayBufferWriter<byte>();
        var all = Encoding.Latin1.GetBytes(body[..^2] + "xx\r\n.\r\n")[..65536];
        scanner.Scan(all, output).ShouldBe(65536);
        scanner.IsAtEnd.ShouldBeTrue();
        output.WrittenCount.ShouldBe(65536 - 3);
    }

    [Fact]
    public void Bare_newlines_and_nul_are_reported()
    {
        var scanner = new DataScanner(BareNewline.Reject);
        scanner.Scan("a\r\nb\rc"u8, new ArrayBufferWriter<byte>());
        scanner.HasBareNewline.ShouldBeFalse();
        scanner.HasNul.ShouldBeFalse();
        scanner.Scan("\n\0"u8, new ArrayBufferWriter<byte>());
        scanner.HasBareNewline.ShouldBeTrue();
        scanner.HasNul.ShouldBeTrue();
    }

    [Theory]
    [InlineData("a\r\n.\r\nb\n.\n\rc", "a\r\n.\r\nb\r\n.\r\n c\r\n")]
    [InlineData("", "")]
    [InlineData("a\r\n", "a\r\n")]
    [InlineData("a\r", "a \r\n")]
    [InlineData("..", "..\r\n")]
    public void Chunks_have_no_end_and_no_stuffed_dots(string input, string canonical)
    {
        foreach (var pieces in Segmentations(input))
        {
            var scanner = new DataScanner(BareNewline.Normalize, isStuffed: false);
            var output = new ArrayBufferWriter<byte>();
            foreach (var piece in pieces) scanner.Scan(piece, output).ShouldBe(piece.Length);
            scanner.Finish(output);
            Encoding.Latin1.GetString(output.WrittenSpan).ShouldBe(canonical);
        }
    }

    /// <summary>The scanner against a slow reading of the rules, on texts that are made of nothing but trouble.</summary>
    [Fact]
    public void It_agrees_with_the_rules_written_down_naively()
    {
        var pieces = Gen.Elements("\r\n", "\n", "\r", ".", "..", "\0", "a", "\r\n.", "bc", "\r\n.\r\n").ListOf().Select(p => string.Concat(p));
        Check.QuickThrowOnFailure(Prop.ForAll(pieces.ToArbitrary(), Gen.Choose(1, 7).ToArbitrary(), (text, step) =>
        {
            foreach (var mode in Enum.GetValues<BareNewline>())
            {
                var (content, tail) = NaiveScan(text, mode == BareNewline.Allow);
                var result = Scan(new DataScanner(mode), Cut(text, step));
                if (tail is null) continue;
                result.Content.ShouldBe(content);
                result.Tail.ShouldBe(tail);
            }
        }));
    }

    [Fact]
    public void Whatever_comes_in_the_output_has_no_stray_line_end()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), octets =>
        {
            var output = new ArrayBufferWriter<byte>();
            var scanner = new DataScanner(BareNewline.Normalize, isStuffed: false);
            scanner.Scan(octets, output);
            scanner.Finish(output);
            var text = Encoding.Latin1.GetString(output.WrittenSpan);
            text.Replace("\r\n", "", StringComparison.Ordinal).IndexOfAny(['\r', '\n']).ShouldBe(-1);
            (text.Length == 0 || text.EndsWith("\r\n", StringComparison.Ordinal)).ShouldBeTrue();
        }));
    }

    /// <summary>Lines end at LF. The text ends at a line "." whose own end and whose predecessor's end are CR LF. Null tail: no end yet.</summary>
    private static (string Content, string? Tail) NaiveScan(string text, bool anyDotEnds)
    {
        var content = new StringBuilder();
        var afterCrLf = true;
        for (var at = 0; text.IndexOf('\n', at) is var lf and >= 0; at = lf + 1)
        {
            var hasCr = lf > at && text[lf - 1] == '\r';
            var line = text[at..(hasCr ? lf - 1 : lf)];
            if (line == "." && (anyDotEnds || hasCr && afterCrLf)) return (content.ToString(), text[(lf + 1)..]);
            if (line.StartsWith('.')) line = line[1..];
            content.Append(line.Replace('\r', ' ')).Append("\r\n");
            afterCrLf = hasCr;
        }
        return (content.ToString(), null);
    }

    private static (string Content, string Tail) Scan(DataScanner scanner, IEnumerable<byte[]> pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        var tail = new StringBuilder();
        foreach (var piece in pieces)
        {
            var taken = scanner.IsAtEnd ? 0 : scanner.Scan(piece, output);
            tail.Append(Encoding.Latin1.GetString(piece.AsSpan(taken)));
        }
        return (Encoding.Latin1.GetString(output.WrittenSpan), tail.ToString());
    }

    /// <summary>Whole, octet by octet, and cut in two at every place.</summary>
    private static IEnumerable<IEnumerable<byte[]>> Segmentations(string text)
    {
        yield return Cut(text, Math.Max(1, text.Length));
        for (var step = 1; step <= 5; step++) yield return Cut(text, step);
        for (var i = 1; i < text.Length; i++) yield return [Encoding.Latin1.GetBytes(text[..i]), Encoding.Latin1.GetBytes(text[i..])];
    }

    private static IEnumerable<byte[]> Cut(string text, int step) => text.Chunk(step).Select(c => Encoding.Latin1.GetBytes(c));
}
