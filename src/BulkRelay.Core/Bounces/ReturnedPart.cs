using MimeKit;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// The part that sends a message back. Its octets are written as they are: no filter of the library sees them, whatever lines, boundaries or
/// characters they hold.
/// </summary>
/// <param name="type">What the part is.</param>
/// <param name="path">A line before the message, with its CRLF.</param>
/// <param name="message">The octets.</param>
internal sealed class ReturnedPart(ContentType type, ReadOnlyMemory<byte> path, IReadOnlyList<ReadOnlyMemory<byte>> message) : MimeEntity(type)
{
    /// <summary>Nothing: it has been made to fit before.</summary>
    public override void Prepare(EncodingConstraint constraint, int maxLineLength = 78)
    {
    }

    public override void WriteTo(FormatOptions options, Stream stream, bool contentOnly, CancellationToken cancellationToken = default)
    {
        base.WriteTo(options, stream, contentOnly, cancellationToken);
        stream.Write(path.Span);
        foreach (var segment in message) stream.Write(segment.Span);
    }
}
