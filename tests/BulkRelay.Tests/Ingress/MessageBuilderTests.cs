using System.Buffers;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Cleanup;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Ingress;

public sealed class MessageBuilderTests
{
    private readonly ContentMemory _memory = new();

    [Theory]
    [InlineData("A: b\r\n\r\nbody\r\n", "T\r\nA: b\r\nN\r\n\r\nbody\r\n")]
    [InlineData("A: b\r\n", "T\r\nA: b\r\nN\r\n")]
    [InlineData("", "T\r\nN\r\n")]
    [InlineData("\r\nbody\r\n", "T\r\nN\r\n\r\nbody\r\n")]
    [InlineData("body\r\n", "T\r\nN\r\n\r\nbody\r\n")]
    [InlineData("A: b\r\nbody\r\nC: d\r\n", "T\r\nA: b\r\nN\r\n\r\nbody\r\nC: d\r\n")]
    [InlineData("Bcc: x\r\n y\r\nA: b\r\nReturn-Path: z\r\n", "T\r\nA: b\r\nN\r\n")]
    [InlineData("Bcc: x\r\n\r\nBcc: y\r\n", "T\r\nN\r\n\r\nBcc: y\r\n")]
    [InlineData("A : b\r\n", "T\r\nA: b\r\nN\r\n")]
    [InlineData("A \t :  b\r\n : c\r\nB :d\r\n\r\nC : e\r\n", "T\r\nA:  b\r\n : c\r\nB:d\r\nN\r\n\r\nC : e\r\n")]
    [InlineData("A : b\r\nBcc : x\r\n y\r\nC : d\r\n", "T\r\nA: b\r\nC: d\r\nN\r\n")]
    [InlineData("From : x\r\n>From y: z\r\nFrom : b\r\nA : b\r\nFrom : c\r\n",
        "T\r\nX-Mailbox-Line: From : x\r\nX-Mailbox-Line: >From y: z\r\nX-Mailbox-Line: From : b\r\nA: b\r\nFrom: c\r\nN\r\n")]
    [InlineData("A b: c\r\n", "T\r\nN\r\n\r\nA b: c\r\n")]
    [InlineData(": c\r\n", "T\r\nN\r\n\r\n: c\r\n")]
    public void The_trace_header_goes_first_and_missing_headers_last_however_the_message_comes(string message, string expected)
    {
        for (var step = 1; step <= message.Length + 1; step++)
        {
            var builder = Begin();
            foreach (var piece in message.Chunk(step)) builder.Write(Encoding.Latin1.GetBytes(piece));
            Encoding.Latin1.GetString(builder.Complete("T\r\n"u8, "N\r\n"u8).ToArray()).ShouldBe(expected);
            builder.Discard();
        }
        _memory.Used.ShouldBe(0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(65_000)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(131_072)]
    [InlineData(1_000_000)]
    public void Content_of_any_size_is_kept_in_segments_of_bounded_size(int size)
    {
        var message = new byte[size];
        new Random(size).NextBytes(message);
        for (var i = 0; i < size; i++) if (message[i] is (byte)'\n' or (byte)'\r') message[i] = (byte)'x';
        var builder = Begin();
        builder.Write("A: b\r\n\r\n"u8);
        foreach (var piece in message.Chunk(10_007)) builder.Write(piece);
        builder.Write("\r\n"u8);
        var content = builder.Complete("T\r\n"u8, default);
        content.ToArray().ShouldBe([.. "T\r\nA: b\r\n\r\n"u8, .. message, .. "\r\n"u8]);
        content.Segments.ShouldAllBe(s => s.Length > 0 && s.Length <= MessageContent.SegmentSize);
    }

    [Fact]
    public void A_head_larger_than_a_segment_is_read_in_one_piece()
    {
        var head = string.Concat(Enumerable.Repeat("Received: x\r\n", 20_000));
        var message = Encoding.ASCII.GetBytes(head + "Message-ID:\r\n <1@x>\r\n\r\nbody\r\n");
        var builder = Begin();
        builder.Write(message);
        builder.Head.Hops.ShouldBe(20_000);
        Encoding.ASCII.GetString(builder.Header(HeaderPolicy.MessageId)).ShouldBe("<1@x>");
        builder.Complete(default, default).ToArray().ShouldBe(message);
        builder.Discard();
        _memory.Used.ShouldBe(0);
    }

    [Fact]
    public void Past_the_limit_nothing_is_kept()
    {
        var builder = Begin(sizeLimit: 10);
        builder.Write("12345678\r\n"u8);
        builder.IsTooBig.ShouldBeFalse();
        builder.Write("1"u8);
        builder.IsTooBig.ShouldBeTrue();
        _memory.Used.ShouldBe(0);
        builder.Write(new byte[100_000]);
        builder.Size.ShouldBe(100_011);
        _memory.Used.ShouldBe(0);
    }

    [Fact]
    public void No_room_no_beginning()
    {
        var builder = new MessageBuilder(_memory);
        builder.TryBegin(new HeaderPolicy(ConfigSnapshot.With()), 0, memoryLimit: 100_000, declaredSize: 100_001).ShouldBeFalse();
        builder.TryBegin(new HeaderPolicy(ConfigSnapshot.With()), 0, memoryLimit: 100_000, declaredSize: 100_000).ShouldBeTrue();
        _memory.Used.ShouldBeInRange(1, 10_000, "what is announced is not kept free");
        builder.Discard();
        builder.Discard();
        _memory.Used.ShouldBe(0);
    }

    [Theory]
    [InlineData(int.MaxValue, "From: a\r\nTo: b\r\nSubject: c\r\n d\r\n")]
    [InlineData(int.MaxValue - 20, "From: a\r\nTo: b\r\nSubject: c\r\n d\r\n")]
    [InlineData(6, "From: \r\nTo: b\r\nSubjec\r\n")]
    public void A_header_is_cut_at_its_limit_however_large_that_is(int limit, string expected) =>
        Cut(limit, "From: a\r\nTo: b\r\nSubject: c\r\n d\r\n").ShouldBe(expected);

    [Theory]
    [InlineData(1, "T\r\n")]
    [InlineData(2, "To\r\n")]
    [InlineData(3, "To \r\n")]
    [InlineData(4, "To\r\n")]
    [InlineData(5, "To:\r\n")]
    [InlineData(7, "To: b\r\n")]
    public void A_limit_may_fall_on_the_blanks_before_a_colon(int limit, string expected) => Cut(limit, "To  : b\r\n c\r\n").ShouldBe(expected);

    private string Cut(int limit, string header)
    {
        var builder = new MessageBuilder(_memory);
        builder.TryBegin(new HeaderPolicy(ConfigSnapshot.With(("header_size_limit", $"{limit}"))), 0, memoryLimit: long.MaxValue,
            declaredSize: 0).ShouldBeTrue();
        builder.Write(Encoding.ASCII.GetBytes($"{header}\r\ntext\r\n"));
        var content = Encoding.Latin1.GetString(builder.Complete("T\r\n"u8, default).ToArray());
        builder.Discard();
        content.ShouldStartWith("T\r\n");
        content.ShouldEndWith("\r\n\r\ntext\r\n");
        return content[3..^8];
    }

    [Fact]
    public void One_message_up_to_the_size_limit_finds_room_and_the_small_ones_keep_theirs()
    {
        var large = Begin(SizeLimit, MemoryLimit, declaredSize: SizeLimit)!;
        large.Write(new byte[SizeLimit]);
        large.IsOutOfMemory.ShouldBeFalse();
        large.Complete(default, default).Length.ShouldBe(SizeLimit);
        _memory.Used.ShouldBe(0, "it takes nothing from the others");

        var small = Enumerable.Range(0, 8).Select(_ => Begin(SizeLimit, MemoryLimit)!).ToList();
        foreach (var one in small) one.Write("small\r\n"u8);
        small.ShouldAllBe(one => !one.IsOutOfMemory);

        Begin(SizeLimit, MemoryLimit, declaredSize: SizeLimit).ShouldBeNull("there is one such place");
        var second = Begin(SizeLimit, MemoryLimit)!;
        second.Write(new byte[SizeLimit]);
        second.IsOutOfMemory.ShouldBeTrue();

        large.Discard();
        var third = Begin(SizeLimit, MemoryLimit, declaredSize: SizeLimit)!;
        third.Write(new byte[SizeLimit]);
        third.IsOutOfMemory.ShouldBeFalse("the place is free again");
        foreach (var one in small.Append(second).Append(third)) one.Discard();
        _memory.Used.ShouldBe(0);
    }

    [Fact]
    public void Large_messages_leave_a_part_of_the_memory_to_the_others()
    {
        var first = Begin(SizeLimit, MemoryLimit)!;
        first.Write(new byte[SizeLimit]);
        var second = Begin(SizeLimit, MemoryLimit)!;
        while (!second.IsOutOfMemory)
        {
            second.Write(new byte[1000]);
            _memory.Used.ShouldBeLessThanOrEqualTo(MemoryLimit * 3 / 4);
        }
        first.Discard();
    }

    [Fact]
    public void Without_a_size_limit_the_memory_is_the_limit()
    {
        var builder = Begin(sizeLimit: 0, MemoryLimit)!;
        builder.Write(new byte[MemoryLimit]);
        builder.IsTooBig.ShouldBeFalse();
        builder.Write("1"u8);
        builder.IsTooBig.ShouldBeTrue("to say so is better than to ask for another try for ever");
        builder.Discard();
    }

    private const int SizeLimit = 5_000_000;
    private const int MemoryLimit = 1_000_000;

    private MessageBuilder? Begin(long sizeLimit, long memoryLimit, long declaredSize = 0)
    {
        var builder = new MessageBuilder(_memory);
        return builder.TryBegin(new HeaderPolicy(ConfigSnapshot.With()), sizeLimit, memoryLimit, declaredSize) ? builder : null;
    }

    private MessageBuilder Begin(long sizeLimit = 0)
    {
        var builder = new MessageBuilder(_memory);
        builder.TryBegin(new HeaderPolicy(ConfigSnapshot.With()), sizeLimit, memoryLimit: long.MaxValue, declaredSize: 0).ShouldBeTrue();
        return builder;
    }
}
