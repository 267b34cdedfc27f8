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
    /// <summary>The message as its sender meant it: stuffed dots taken off.</summary>
    public byte[] Content()
    {
        var wire = Wire.Span;
        var content = new List<byte>(wire.Length);
        var startOfLine = true;
        foreach (var octet in wire)
        {
            if (!(startOfLine && octet == '.')) content.Add(octet);
            startOfLine = octet == '\n';
        }
        return [.. content];
    }
}
