using System.Text;
using BulkRelay.Smtp;

namespace BulkRelay.Tests.Smtp;

public sealed class ReplyParserTests
{
    [Fact]
    public void A_single_line_is_a_reply()
    {
        var reply = ParseOne("250 2.0.0 Ok: queued as 4F2A\r\n");

        reply.Code.ShouldBe(250);
        reply.Class.ShouldBe(2);
        reply.Status.ToString().ShouldBe("2.0.0");
        reply.Text.ShouldBe("250 2.0.0 Ok: queued as 4F2A");
    }

    [Fact]
    public void A_reply_of_several_lines_ends_with_the_line_that_has_a_blank()
    {
        var reply = ParseOne("550-5.1.1 The account\r\n550-5.1.1 does not exist\r\n550 5.1.1 gsmtp\r\n");

        reply.Lines.Count.ShouldBe(3);
        reply.Status.ToString().ShouldBe("5.1.1");
        reply.Text.ShouldBe("550-5.1.1 The account 550-5.1.1 does not exist 550 5.1.1 gsmtp");
    }

    [Theory]
    [InlineData("250\r\n", "2.0.0")]
    [InlineData("250 \r\n", "2.0.0")]
    [InlineData("354 \r\n", "3.0.0")]
    [InlineData("450 nothing special\r\n", "4.0.0")]
    [InlineData("550 4.2.0 the class of the code decides\r\n", "5.0.0")]
    [InlineData("550-5.1.1 of another line\r\n550 nothing\r\n", "5.0.0")]
    [InlineData("550 5.1.1.1 four parts\r\n", "5.0.0")]
    [InlineData("599 5.7.999 largest\r\n", "5.7.999")]
    public void The_status_is_that_of_the_last_line_or_made_from_the_code(string octets, string status) =>
        ParseOne(octets).Status.ToString().ShouldBe(status);

    [Theory]
    [InlineData("250 Ok\n", "250 Ok")]
    [InlineData("250-a\n250 b\r\n", "250-a 250 b")]
    [InlineData("250-a\r\n250 b\n", "250-a 250 b")]
    [InlineData("250 Ok\r\r\n", "250 Ok")]
    public void Lines_may_end_in_lf(string octets, string text) => ParseOne(octets).Text.ShouldBe(text);

    [Theory]
    [InlineData("250-a\r\n251 b\r\n", 251)]
    [InlineData("250-a\r\n550 b\r\n", 550)]
    [InlineData("550-a\r\n250 b\r\n", 250)]
    [InlineData("150-a\r\n250 b\r\n", 250)]
    [InlineData("299 b\r\n", 299)]
    [InlineData("200 b\r\n", 200)]
    public void The_code_of_the_last_line_counts(string octets, int code) => ParseOne(octets).Code.ShouldBe(code);

    [Theory]
    [InlineData("25\r\n")]
    [InlineData("25 Ok\r\n")]
    [InlineData("2500 Ok\r\n")]
    [InlineData("250+Ok\r\n")]
    [InlineData("250\tOk\r\n")]
    [InlineData("250Ok\r\n")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("Ok\r\n")]
    [InlineData(" 250 Ok\r\n")]
    [InlineData("2x0 Ok\r\n")]
    [InlineData("250-a\r\ngarbage\r\n")]
    [InlineData("２５０ Ok\r\n")]
    public void A_line_without_code_ends_no_reply_and_is_none(string octets)
    {
        var parser = new ReplyParser();
        var noise = Encoding.UTF8.GetBytes(octets);

        parser.Parse(noise, out var consumed, out _).ShouldBe(ReplyParseResult.Incomplete);
        consumed.ShouldBe(noise.Length);
        parser.Parse("550 5.0.0 no\r\n250 2.0.0 Ok\r\n"u8, out consumed, out var reply).ShouldBe(ReplyParseResult.Complete);
        reply!.Text.ShouldEndWith("550 5.0.0 no");
        reply.Code.ShouldBe(550);
        consumed.ShouldBe(14);
    }

    [Theory]
    [InlineData("150 Ok\r\n")]
    [InlineData("050 Ok\r\n")]
    [InlineData("650 Ok\r\n")]
    [InlineData("999\r\n")]
    public void A_code_that_means_nothing_is_refused_and_nothing_behind_it_is_looked_at(string octets)
    {
        var input = Encoding.UTF8.GetBytes(octets + "250 2.0.0 Ok\r\n");

        new ReplyParser().Parse(input, out _, out var reply).ShouldBe(ReplyParseResult.Malformed);
        reply.ShouldBeNull();
    }

    [Fact]
    public void The_reply_to_a_quit_is_never_that_to_the_final_dot()
    {
        var input = "garbage\r\n221 2.0.0 Bye\r\n"u8;

        new ReplyParser().Parse(input, out _, out _).ShouldBe(ReplyParseResult.Malformed);
    }

    [Theory]
    [InlineData("250 a\0b\x1b[31mc\r\n", "250 a?b?[31mc")]
    [InlineData("250 a\rb\r\n", "250 a?b")]
    [InlineData("250 Grüße\r\n", "250 Grüße")]
    [InlineData("250 a\u202Eb\u2028c\u0085d\r\n", "250 a?b?c?d")]
    public void What_is_not_printable_becomes_a_question_mark(string octets, string text) => ParseOne(octets).Text.ShouldBe(text);

    [Fact]
    public void Octets_that_are_not_utf8_become_question_marks()
    {
        var input = new byte[] { (byte)'2', (byte)'5', (byte)'0', (byte)' ', 0x80, 0xFF, (byte)'x', (byte)'\r', (byte)'\n' };

        new ReplyParser().Parse(input, out _, out var reply).ShouldBe(ReplyParseResult.Complete);
        reply!.Text.ShouldBe("250 ??x");
    }

    [Theory]
    [InlineData(ReplyParser.MaxLineLength - 6, ReplyParser.MaxLineLength - 2)]
    [InlineData(ReplyParser.MaxLineLength - 4, ReplyParser.MaxLineLength)]
    [InlineData(ReplyParser.MaxLineLength, ReplyParser.MaxLineLength)]
    [InlineData(100_000, ReplyParser.MaxLineLength)]
    public void A_long_line_is_cut(int length, int kept)
    {
        var text = new string('x', length);

        var reply = ParseOne($"250-{text}\r\n250 {text}\n");

        reply.Lines.ShouldAllBe(line => line.Length == kept);
        reply.Lines.Count.ShouldBe(2);
        reply.Code.ShouldBe(250);
    }

    [Fact]
    public void What_follows_in_a_long_line_is_no_line()
    {
        var parser = new ReplyParser();
        var octets = Encoding.ASCII.GetBytes("550-" + new string('x', ReplyParser.MaxLineLength - 4) + "250 Ok\r\n550 no\r\n");

        parser.Parse(octets, out var consumed, out var reply).ShouldBe(ReplyParseResult.Complete);

        consumed.ShouldBe(octets.Length);
        reply!.Code.ShouldBe(550);
    }

    [Theory]
    [InlineData("250-")]
    [InlineData("250-more\r\n")]
    [InlineData("250-\n")]
    [InlineData("garbage\r\n")]
    [InlineData("\n")]
    public void A_reply_that_never_ends_is_refused_in_bounded_memory(string more)
    {
        var parser = new ReplyParser();
        var octets = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(more, ReplyParser.MaxLineLength / more.Length)));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (passed, result) = (0L, ReplyParseResult.Incomplete);
        for (var rest = octets.AsSpan(); result == ReplyParseResult.Incomplete && passed <= ReplyParser.MaxLength; rest = octets)
        {
            result = parser.Parse(rest, out var consumed, out _);
            passed += consumed;
        }

        result.ShouldBe(ReplyParseResult.Malformed);
        passed.ShouldBeGreaterThan(ReplyParser.MaxLength);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1024 * 1024);
    }

    [Fact]
    public void Of_a_reply_of_very_many_lines_the_last_is_kept()
    {
        var reply = ParseOne(string.Concat(Enumerable.Repeat("550-line\r\n", 5_000)) + "250 2.0.0 end\r\n");

        reply.Lines[^1].ShouldBe("250 2.0.0 end");
        reply.Status.ToString().ShouldBe("2.0.0");
        reply.Lines.Count.ShouldBeInRange(1_000, 2_000);
    }

    [Fact]
    public void The_text_of_a_long_reply_is_cut()
    {
        var reply = ParseOne(string.Concat(Enumerable.Repeat($"550-{new string('x', 500)}\r\n", 50)) + "550 end\r\n");

        reply.Text.Length.ShouldBe(ReceivedReply.MaxTextLength);
        reply.Lines.Count.ShouldBe(51);
    }

    [Fact]
    public void Replies_are_read_one_at_a_time()
    {
        var input = "250 first\r\n354 second\r\n"u8;
        var parser = new ReplyParser();

        parser.Parse(input, out var consumed, out var first).ShouldBe(ReplyParseResult.Complete);
        first!.Text.ShouldBe("250 first");
        parser.Parse(input[consumed..], out var rest, out var second).ShouldBe(ReplyParseResult.Complete);
        second!.Code.ShouldBe(354);
        (consumed + rest).ShouldBe(input.Length);
    }

    [Fact]
    public void Any_segmentation_gives_the_same_replies()
    {
        var octets = Encoding.UTF8.GetBytes($"220 hello\n250-a ü\r\nnoise\r\n250-b\n250 2.0.0 c\r\n550 {new string('x', 5_000)}\r\n550 5.1.1 d\r\n");
        for (var size = 1; size <= octets.Length; size++)
            ParseInChunks(octets, size).ShouldBe(
                ["220 hello", "250-a ü noise 250-b 250 2.0.0 c", "550 " + new string('x', ReplyParser.MaxLineLength - 4), "550 5.1.1 d"],
                $"chunks of {size}");
    }

    private static List<string> ParseInChunks(byte[] octets, int size)
    {
        var parser = new ReplyParser();
        var replies = new List<string>();
        var (start, end) = (0, 0);
        while (start < octets.Length)
        {
            if (parser.Parse(octets.AsSpan(start, end - start), out var consumed, out var reply) == ReplyParseResult.Complete) replies.Add(reply!.Text);
            else if (end < octets.Length) end = Math.Min(octets.Length, end + size);
            else break;
            start += consumed;
        }
        return replies;
    }

    private static ReceivedReply ParseOne(string octets)
    {
        var input = Encoding.UTF8.GetBytes(octets);
        var parser = new ReplyParser();
        parser.Parse(input, out var consumed, out var reply).ShouldBe(ReplyParseResult.Complete);
        consumed.ShouldBe(input.Length);
        return reply!;
    }
}
