namespace BulkRelay.Core.Queue;

/// <summary>
/// The content of a message in canonical form: every line ends in CRLF, no stray CR or LF, dots not stuffed, trace header included.
/// Immutable once built; shared by all deliveries of the message. Kept in segments so that large mail stays out of the large object heap.
/// </summary>
public sealed class MessageContent
{
    /// <summary>The most octets in one segment.</summary>
    public const int SegmentSize = 64 * 1024;

    /// <summary>Takes the segments over; the caller does not touch them again. No segment may be longer than <see cref="SegmentSize"/>.</summary>
    public MessageContent(IReadOnlyList<ReadOnlyMemory<byte>> segments)
    {
        Segments = segments;
        foreach (var segment in segments) Length += segment.Length;
    }

    /// <summary>The octets in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Segments { get; }

    /// <summary>The sum of all segments in octets.</summary>
    public long Length { get; }

    /// <summary>Content from one block of canonical octets, copied.</summary>
    public static MessageContent From(ReadOnlySpan<byte> octets)
    {
        var segments = new List<ReadOnlyMemory<byte>>();
        for (; octets.Length > SegmentSize; octets = octets[SegmentSize..]) segments.Add(octets[..SegmentSize].ToArray());
        if (octets.Length > 0) segments.Add(octets.ToArray());
        return new MessageContent(segments);
    }

    /// <summary>All octets in one array. For small messages and tools, not for the data path.</summary>
    public byte[] ToArray()
    {
        var all = new byte[Length];
        var at = 0;
        foreach (var segment in Segments)
        {
            segment.Span.CopyTo(all.AsSpan(at));
            at += segment.Length;
        }
        return all;
    }
}
