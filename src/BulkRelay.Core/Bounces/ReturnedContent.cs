using System.Buffers;
using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// What a report sends back of the message: all of it, its header, or nothing. A report has to arrive whatever the way back can carry, so
/// octets above 127 are encoded (<see cref="SevenBitMessage"/>); only a message in the types of RFC 6533 stays as it is, as those may be
/// encoded as a whole.
/// </summary>
internal sealed class ReturnedContent
{
    private ReturnedContent(IReadOnlyList<ReadOnlyMemory<byte>> segments, bool isWhole)
    {
        Segments = segments;
        IsWhole = isWhole;
        Is8Bit = segments.Any(s => s.Span.ContainsAnyExceptInRange((byte)0, (byte)0x7F));
    }

    /// <summary>The octets, each line with its CRLF; none if nothing is returned.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Segments { get; }

    /// <summary>True for the whole message, false for its header alone.</summary>
    public bool IsWhole { get; }

    public bool IsEmpty => Segments.Count == 0;

    /// <summary>True if there are octets above 127, which only the types of RFC 6533 may hold.</summary>
    public bool Is8Bit { get; }

    /// <summary>
    /// The header alone if no more is to be returned, if the sender asked for that (RFC 3461 RET=HDRS), or if the message is longer than
    /// <paramref name="limit"/> octets. The header comes back as a whole, as in Postfix: it is what tells whose mail it was.
    /// </summary>
    public static ReturnedContent Select(MessageContent? content, MessageEnvelope message, int limit, bool mayReturnBody)
    {
        if (content is null || content.Length == 0) return new ReturnedContent([], isWhole: false);
        var isHeaderWanted = !mayReturnBody || message.Ret.Equals("HDRS", StringComparison.OrdinalIgnoreCase);
        if (content.Length <= limit && !isHeaderWanted) return Fit(new ReturnedContent(content.Segments, isWhole: true), message);
        var header = HeaderOf(content);
        return Fit(new ReturnedContent(header.Length > 0 ? MessageContent.From(header).Segments : [], isWhole: false), message);
    }

    private static ReturnedContent Fit(ReturnedContent returned, MessageEnvelope message) => !returned.Is8Bit || message.IsSmtpUtf8
        ? returned
        : new ReturnedContent(
            MessageContent.From(SevenBitMessage.From(new MessageContent(returned.Segments).ToArray())).Segments, returned.IsWhole);

    /// <summary>The header however long it is: the lines up to the first that is no part of one.</summary>
    private static ReadOnlySpan<byte> HeaderOf(MessageContent content)
    {
        var (text, end) = (new ArrayBufferWriter<byte>(), 0);
        foreach (var segment in content.Segments)
        {
            text.Write(segment.Span);
            while (text.WrittenSpan[end..].IndexOf((byte)'\n') is >= 0 and var length)
            {
                if (!IsOfHeader(text.WrittenSpan.Slice(end, length))) return text.WrittenSpan[..end];
                end += length + 1;
            }
        }
        return text.WrittenSpan[..end];
    }

    /// <summary>True for a header, with blanks before its colon or without, and for a line that continues one.</summary>
    private static bool IsOfHeader(ReadOnlySpan<byte> line) => line is [(byte)' ' or (byte)'\t', ..]
        || line.IndexOf((byte)':') is > 0 and var colon && !line[..colon].TrimEnd(" \t"u8).ContainsAnyExceptInRange((byte)'!', (byte)'~');
}
