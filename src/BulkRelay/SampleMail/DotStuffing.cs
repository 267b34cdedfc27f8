namespace BulkRelay.Server.SampleMail;

/// <summary>
/// The transparency of DATA (RFC 5321 4.5.2), written once more and plainly: what judges the relay must not be built of the
/// relay's own parts.
/// </summary>
internal static class DotStuffing
{
    /// <summary>The content as it travels: a dot before each line that begins with one, and the final dot.</summary>
    /// <param name="content">Lines that end in CRLF.</param>
    public static byte[] Add(ReadOnlySpan<byte> content)
    {
        var wire = new byte[content.Length + Dots(content) + 3];
        var length = 0;
        foreach (var line in new Lines(content))
        {
            if (line[0] == '.') wire[length++] = (byte)'.';
            line.CopyTo(wire.AsSpan(length));
            length += line.Length;
        }
        ".\r\n"u8.CopyTo(wire.AsSpan(length));
        return wire;
    }

    /// <summary>The content as it was meant: one dot less on each line that begins with one.</summary>
    /// <param name="wire">What came between the reply to DATA and the final dot.</param>
    public static byte[] Remove(ReadOnlySpan<byte> wire)
    {
        var content = new byte[wire.Length - Dots(wire)];
        var length = 0;
        foreach (var line in new Lines(wire))
        {
            var meant = line[0] == '.' ? line[1..] : line;
            meant.CopyTo(content.AsSpan(length));
            length += meant.Length;
        }
        return content;
    }

    private static int Dots(ReadOnlySpan<byte> text)
    {
        var dots = 0;
        foreach (var line in new Lines(text))
            if (line[0] == '.') dots++;
        return dots;
    }

    /// <summary>The lines of a text, each with its line end; the last one may have none.</summary>
    private ref struct Lines(ReadOnlySpan<byte> text)
    {
        private ReadOnlySpan<byte> _rest = text;

        public ReadOnlySpan<byte> Current { get; private set; }

        public readonly Lines GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;
            var end = _rest.IndexOf((byte)'\n');
            Current = end < 0 ? _rest : _rest[..(end + 1)];
            _rest = _rest[Current.Length..];
            return true;
        }
    }
}
