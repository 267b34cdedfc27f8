using System.Globalization;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.Server.Sink;

/// <summary>
/// A message that came to the sink, told when the reply to the end of data has been decided.
/// </summary>
/// <param name="Sender">The argument of MAIL FROM between the angle brackets.</param>
/// <param name="Recipients">Those that were accepted.</param>
/// <param name="Wire">The octets between the reply to DATA and the final dot, as they travelled: dots still stuffed, last CRLF included.</param>
/// <param name="EndOfData">When the final dot was read.</param>
/// <param name="Reply">The code of the reply to the end of data; 0 when the connection is dropped instead.</param>
internal sealed record SinkMessage(string Sender, IReadOnlyList<string> Recipients, ReadOnlyMemory<byte> Wire, DateTimeOffset EndOfData, int Reply)
{
    private byte[]? _content;
    private ContentVerdict? _verdict;

    /// <summary>The message as its sender meant it: stuffed dots taken off.</summary>
    public byte[] Content() => _content ??= DotStuffing.Remove(Wire.Span);

    /// <summary>Whether it is as it was sent, if it carries a hash (<see cref="ContentDigest"/>).</summary>
    public ContentVerdict Verdict => _verdict ??=
        ContentDigest.TraceOf(Wire.Span) < 0 ? ContentVerdict.Unknown : ContentDigest.Judge(Content());

    /// <summary>The message on one line of a report, with nothing in it that could be taken for another line.</summary>
    public string Describe()
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"message-id=<{SampleMessage.MessageIdOf(Content())}> from=<{Sender}> "
            + $"to=<{string.Join(">,<", Recipients)}> {Content().Length:N0} octets");
        return string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
    }
}
