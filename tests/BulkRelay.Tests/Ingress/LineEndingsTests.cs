using System.Buffers;
using System.Text;
using BulkRelay.Core.Ingress;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Ingress;

public sealed class LineEndingsTests
{
    [Theory]
    [InlineData("a\nb\n", "a\r\nb\r\n")]
    [InlineData("a\r\nb\r\n", "a\r\nb\r\n")]
    [InlineData("a\rb", "a\r\nb\r\n")]
    [InlineData("a\r\r\nb\n\r", "a\r\n\r\nb\r\n\r\n")]
    [InlineData("\n\n", "\r\n\r\n")]
    [InlineData("last", "last\r\n")]
    [InlineData("", "")]
    public void Every_kind_of_line_end_becomes_CRLF(string text, string expected)
    {
        Canonical(Encoding.Latin1.GetBytes(text), int.MaxValue).ShouldBe(expected);
        Canonical(Encoding.Latin1.GetBytes(text), 1).ShouldBe(expected, "wherever a read ends");
    }

    [Fact]
    public void Whatever_comes_in_whatever_pieces_is_canonical_and_the_same()
    {
        var octets = Gen.Elements((byte)'\r', (byte)'\n', (byte)'x').ArrayOf().ToArbitrary();
        Prop.ForAll(octets, Gen.Choose(1, 5).ToArbitrary(), (bytes, piece) =>
        {
            var text = Canonical(bytes, piece);
            text.Replace("\r\n", "").IndexOfAny(['\r', '\n']).ShouldBe(-1);
            text.ShouldBe(Canonical(bytes, int.MaxValue));
            (text.Length == 0 || text.EndsWith("\r\n", StringComparison.Ordinal)).ShouldBeTrue();
            text.Count(c => c == 'x').ShouldBe(bytes.Count(b => b == 'x'));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void NUL_is_noted()
    {
        var lines = new LineEndings(new ArrayBufferWriter<byte>());
        lines.Write("ab"u8);
        lines.HasNul.ShouldBeFalse();
        lines.Write("a\0b"u8);
        lines.HasNul.ShouldBeTrue();
    }

    private static string Canonical(byte[] octets, int piece)
    {
        var output = new ArrayBufferWriter<byte>();
        var lines = new LineEndings(output);
        foreach (var part in octets.Chunk(Math.Max(1, Math.Min(piece, octets.Length)))) lines.Write(part);
        lines.Complete();
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
