namespace BulkRelay.Smtp;

/// <summary>
/// Reads the replies of an SMTP server, strictly (RFC 5321 section 4.2.1). A line is three digits, the first of them 2 to 5, then the
/// end of the line, a blank and text, or <c>-</c> and text where more lines follow; it ends in CRLF; all lines of a reply have one code.
/// <para>
/// Nothing else is skipped or guessed at. A client that looks for the next thing that resembles a reply can take the reply to a later
/// command for the one to the final dot, and lose the mail.
/// </para>
/// One parser per connection; a parser that said <see cref="ReplyParseResult.Malformed"/> is not used again.
/// </summary>
public sealed class ReplyParser
{
    /// <summary>The most octets in a line, CRLF included: four times what RFC 5321 section 4.5.3.1.5 allows a server.</summary>
    public const int MaxLineLength = 2048;

    /// <summary>The most lines in a reply.</summary>
    public const int MaxLines = 128;

    private readonly List<string> _lines = [];
    private int _code;

    /// <summary>
    /// Reads on. <paramref name="consumed"/> octets are done with and are not passed again; at most <see cref="MaxLineLength"/> - 1
    /// are ever left over, so a buffer of <see cref="MaxLineLength"/> octets is enough for a reply of any length.
    /// </summary>
    public ReplyParseResult Parse(ReadOnlySpan<byte> input, out int consumed, out ReceivedReply? reply)
    {
        reply = null;
        for (consumed = 0; ;)
        {
            var rest = input[consumed..];
            var lf = rest[..Math.Min(rest.Length, MaxLineLength)].IndexOf((byte)'\n');
            if (lf < 0) return rest.Length < MaxLineLength ? ReplyParseResult.Incomplete : ReplyParseResult.Malformed;
            if (lf == 0 || rest[lf - 1] != '\r' || !TryTakeLine(rest[..(lf - 1)], out var isLast)) return ReplyParseResult.Malformed;
            consumed += lf + 1;
            if (!isLast) continue;
            reply = new ReceivedReply(_code, [.. _lines]);
            _lines.Clear();
            return ReplyParseResult.Complete;
        }
    }

    private bool TryTakeLine(ReadOnlySpan<byte> line, out bool isLast)
    {
        isLast = line.Length == 3 || (line.Length > 3 && line[3] == ' ');
        if (!isLast && (line.Length < 4 || line[3] != '-')) return false;
        if (line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2])) return false;
        var code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        if (_lines.Count == 0) _code = code;
        else if (code != _code || _lines.Count == MaxLines) return false;
        _lines.Add(ReceivedReply.ToPrintable(line));
        return true;
    }
}
