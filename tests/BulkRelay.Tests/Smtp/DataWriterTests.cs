using System.Text;
using BulkRelay.Smtp;
using FsCheck;
using FsCheck.Fluent;

namespace BulkRelay.Tests.Smtp;

public sealed class DataWriterTests
{
    private const int Limit = 20;

    [Fact]
    public void Canonical_content_without_leading_dots_is_passed_on_where_it_lies()
    {
        ReadOnlyMemory<byte> content = "Subject: x\r\n\r\nHello.\r\n"u8.ToArray();
        var writer = new DataWriter([content], 998);

        writer.TryNext(out var piece).ShouldBeTrue();
        piece.Equals(content).ShouldBeTrue();
        writer.TryNext(out var end).ShouldBeTrue();
        Encoding.ASCII.GetString(end.Span).ShouldBe(".\r\n");
        writer.TryNext(out _).ShouldBeFalse();
        writer.Replaced.ShouldBe(0);
    }

    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData(".\r\n", "..\r\n.\r\n")]
    [InlineData("..\r\n", "...\r\n.\r\n")]
    [InlineData("a\r\n.b\r\n", "a\r\n..b\r\n.\r\n")]
    [InlineData("a.\r\n.\r\n", "a.\r\n..\r\n.\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r\n.", "a\r\n..\r\n.\r\n")]
    public void Leading_dots_are_doubled_and_the_end_of_data_follows(string content, string wire) => Write(998, content).ShouldBe(wire);

    [Theory]
    [InlineData("a\nb\r\n", "a b\r\n.\r\n", 1)]
    [InlineData("a\rb\r\n", "a b\r\n.\r\n", 1)]
    [InlineData("a\0b\r\n", "a b\r\n.\r\n", 1)]
    [InlineData("a\n.\nb\r\n", "a . b\r\n.\r\n", 2)]
    [InlineData("a\r.\rb\r\n", "a . b\r\n.\r\n", 2)]
    [InlineData("a\r\n.\rb\r\n", "a\r\n.. b\r\n.\r\n", 1)]
    [InlineData("a\r\n\0.\r\n", "a\r\n .\r\n.\r\n", 1)]
    [InlineData("a\r\r\n.\r\n", "a \r\n..\r\n.\r\n", 1)]
    [InlineData("a\n\r\n.\r\n", "a \r\n..\r\n.\r\n", 1)]
    [InlineData("a\r", "a \r\n.\r\n", 1)]
    public void Stray_line_ends_and_nul_never_leave(string content, string wire, int replaced)
    {
        var writer = new DataWriter([Encoding.ASCII.GetBytes(content)], 998);

        Collect(writer).ShouldBe(wire);
        writer.Replaced.ShouldBe(replaced);
    }

    [Theory]
    [InlineData("12345678901234567890\r\n", "12345678901234567890\r\n.\r\n")]
    [InlineData("12345678901234567890A\r\n", "12345678901234567890\r\n A\r\n.\r\n")]
    [InlineData(".2345678901234567890A\r\n", "..2345678901234567890\r\n A\r\n.\r\n")]
    [InlineData("12345678901234567890.\r\n", "12345678901234567890\r\n .\r\n.\r\n")]
    [InlineData("12345678901234567890\0\r\n", "12345678901234567890\r\n  \r\n.\r\n")]
    [InlineData("123456789012345678901234567890123456789XYZ\r\n", "12345678901234567890\r\n 1234567890123456789\r\n XYZ\r\n.\r\n")]
    public void Long_lines_are_folded(string content, string wire) => Write(Limit, content).ShouldBe(wire);

    [Fact]
    public void Without_a_limit_lines_are_as_long_as_they_are()
    {
        var line = new string('x', 200_000) + "\r\n";

        Write(0, line).ShouldBe(line + ".\r\n");
    }

    [Fact]
    public void A_limit_of_one_comes_to_an_end() => Write(1, "abc\r\n").ShouldBe("ab\r\n c\r\n.\r\n");

    [Fact]
    public void Segments_may_end_anywhere_and_be_empty()
    {
        const string content = "a\r\n.b\r\n..\r\n\r\nstray \n and \r and \0\r\n.\r\na line that is much too long for this\r\n";
        var octets = Encoding.ASCII.GetBytes(content);
        var whole = Write(Limit, content);
        for (var first = 0; first <= octets.Length; first++)
            for (var second = first; second <= octets.Length; second++)
                Collect(new DataWriter([octets.AsMemory(0, first), octets.AsMemory(first, second - first), default, octets.AsMemory(second)], Limit))
                    .ShouldBe(whole, $"cut at {first} and {second}");
    }

    [Fact]
    public void Whatever_is_stored_the_wire_holds_one_end_of_data_and_canonical_lines()
    {
        var octet = Gen.Elements((byte)'\r', (byte)'\n', (byte)'\0', (byte)'.', (byte)' ', (byte)'a', (byte)0xC3);
        var segments = octet.ArrayOf().ArrayOf();
        Prop.ForAll(segments.ToArbitrary(), parts =>
        {
            var wire = Collect(new DataWriter([.. parts.Select(p => (ReadOnlyMemory<byte>)p)], Limit));
            WireRules.Check(wire, Limit);
            WireRules.Unstuff(wire).ShouldBe(WireRules.Canonical(string.Concat(parts.Select(Encoding.Latin1.GetString)), Limit));
        }).QuickCheckThrowOnFailure();
    }

    private static string Write(int limit, string content) => Collect(new DataWriter([Encoding.ASCII.GetBytes(content)], limit));

    private static string Collect(DataWriter writer)
    {
        var wire = new StringBuilder();
        while (writer.TryNext(out var piece))
        {
            piece.IsEmpty.ShouldBeFalse();
            wire.Append(Encoding.Latin1.GetString(piece.Span));
        }
        return wire.ToString();
    }
}
