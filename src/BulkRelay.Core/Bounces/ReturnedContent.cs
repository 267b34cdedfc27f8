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
    /// <paramref name="limit"/> octets; a header longer than that is cut behind its last whole line.
    /// </summary>
    public static ReturnedContent Select(MessageContent? content, MessageEnvelope message, int limit, bool mayReturnBody)
    {
        if (content is null || content.Length == 0) return new ReturnedContent([], isWhole: false);
        var isHeaderWanted = !mayReturnBody || message.Ret.Equals("HDRS", StringComparison.OrdinalIgnoreCase);
        if (content.Length <= limit && !isHeaderWanted) return Fit(new ReturnedContent(content.Segments, isWhole: true), message);
        var header = HeaderOf(content, limit);
        return Fit(new ReturnedContent(header.Length > 0 ? MessageContent.From(header).Segments : [], isWhole: false), message);
    }

    private static ReturnedContent Fit(ReturnedContent returned, MessageEnvelope message) => !returned.Is8Bit || message.IsSmtpUtf8
        ? returned
        : new ReturnedContent(
            MessageContent.From(SevenBitMessage.From(new MessageContent(returned.Segments).ToArray())).Segments, returned.IsWhole);

    private static ReadOnlySpan<byte> HeaderOf(MessageContent content, int limit)
    {
        var start = new byte[Math.Min(content.Length, limit)];
        var filled = 0;
        foreach (var segment in content.Segments)
        {
            var part = segment.Span[..Math.Min(segment.Length, start.Length - filled)];
            part.CopyTo(start.AsSpan(filled));
            filled += part.Length;
            if (filled == start.Length) break;
        }
        if (start.AsSpan().StartsWith("\r\n"u8)) return [];
        var end = start.AsSpan().IndexOf("\r\n\r\n"u8);
        if (end < 0) end = start.AsSpan().LastIndexOf("\r\n"u8);
        return end < 0 ? [] : start.AsSpan(0, end + 2);
    }
}
