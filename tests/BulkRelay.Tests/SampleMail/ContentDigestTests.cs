using System.Text;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.Tests.SampleMail;

/// <summary>The hash that a message carries: what it tells, and what it does not.</summary>
public sealed class ContentDigestTests
{
    private const string Trace = "Received: from client.test\r\n\tby relay.test; Sat, 21 Nov 2026 12:00:00 +0000\r\n";

    private static readonly byte[] Message = ContentDigest.Seal("Subject: x\r\n\r\n.a\r\n..\r\n\r\nend\r\n"u8);

    [Fact]
    public void A_message_is_unchanged_with_and_without_trace_fields_before_it()
    {
        ContentDigest.Judge(Message).ShouldBe(ContentVerdict.Unchanged);
        ContentDigest.Judge([.. Encoding.ASCII.GetBytes(Trace + Trace), .. Message]).ShouldBe(ContentVerdict.Unchanged);
        ContentDigest.TraceOf([.. Encoding.ASCII.GetBytes(Trace), .. Message]).ShouldBe(Trace.Length);
    }

    [Fact]
    public void Every_change_of_one_octet_is_seen()
    {
        for (var at = ContentDigest.Field.Length + 2; at < Message.Length; at++)
        {
            byte[] other = [.. Message];
            other[at] ^= 1;
            ContentDigest.Judge(other).ShouldBe(ContentVerdict.Changed, $"octet {at} is another one");
            ContentDigest.Judge([.. Message[..at], .. Message[(at + 1)..]]).ShouldBe(ContentVerdict.Changed, $"octet {at} is missing");
            ContentDigest.Judge([.. Message[..at], (byte)'.', .. Message[at..]])
                .ShouldBe(ContentVerdict.Changed, $"a dot is before octet {at}");
            ContentDigest.Judge(Message.AsSpan(0, at)).ShouldBe(ContentVerdict.Changed, $"it ends at octet {at}");
        }
        ContentDigest.Judge([.. Message, .. "\r\n"u8]).ShouldBe(ContentVerdict.Changed);
    }

    [Fact]
    public void What_is_no_field_before_the_message_is_a_change() =>
        ContentDigest.Judge([.. "no field\r\n"u8, .. Message]).ShouldBe(ContentVerdict.Changed);

    [Fact]
    public void A_hash_in_a_body_speaks_for_nothing()
    {
        ContentDigest.Judge([.. "Subject: report\r\n\r\n"u8, .. Message]).ShouldBe(ContentVerdict.Unknown);
        ContentDigest.Judge("Subject: x\r\n\r\nbody\r\n"u8).ShouldBe(ContentVerdict.Unknown);
        ContentDigest.Judge([]).ShouldBe(ContentVerdict.Unknown);
    }

    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData(".\r\n", "..\r\n.\r\n")]
    [InlineData("..\r\na.\r\n.b\r\n\r\n", "...\r\na.\r\n..b\r\n\r\n.\r\n")]
    public void Dots_are_added_and_taken_off(string content, string wire)
    {
        DotStuffing.Add(Encoding.ASCII.GetBytes(content)).ShouldBe(Encoding.ASCII.GetBytes(wire));
        DotStuffing.Remove(Encoding.ASCII.GetBytes(wire[..^3])).ShouldBe(Encoding.ASCII.GetBytes(content));
    }
}
