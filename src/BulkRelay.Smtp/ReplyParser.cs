namespace BulkRelay.Smtp;

/// <summary>
/// Reads the replies of an SMTP server (RFC 5321 section 4.2.1), as much as Postfix makes sense of. A reply ends with the line that is
/// three digits and then its end or a blank, and this line's code is that of the reply: its first digit, 2 to 5, decides (section 4.3.2).
/// The lines before it may be anything: <c>-</c> behind a code, other codes, or text without one. Lines end in LF, with or without CR.
/// <para>
/// Octets behind the reply are never looked at. What came before it was asked for, and what is left behind it, is no reply to anything: a
/// client that takes it for one can take the reply to a later command for that to the final dot, and lose the mail. For the same reason
/// 221, which is said to a QUIT, is no reply behind lines that are none.
/// </para>
/// One parser per connection; a parser that said <see cref="ReplyParseResult.Malformed"/> is not used again.
/// </summary>
public sealed class ReplyParser
{
    /// <summary>
    /// The octets of a line that are looked at, four times what RFC 5321 section 4.5.3.1.5 allows a server. The rest of it is skipped.
    /// </summary>
    public const int MaxLineLength = 2048;

    /// <summary>The most octets in a reply.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <summary>What the lines of a reply may take in memory; of those beyond only the last is kept.</summary>
    private const int MaxKept = 64 * 1024;

    /// <summary>What a line takes beside its text.</summary>
    private const int LineCost = 32;

    private readonly List<string> _lines = [];
    private long _length;
    private int _kept;
    private int _code;
    private bool _isLast;
    private bool _isInLongLine;
    private bool _hasNoise;

    /// <summary>
    /// Reads on. <paramref name="consumed"/> octets are done with and are not passed again; at most <see cref="MaxLineLength"/> - 1
    /// are ever left over, so a buffer of <see cref="MaxLineLength"/> octets is enough for a reply of any length.
    /// </summary>
    public ReplyParseResult Parse(ReadOnlySpan<byte> input, out int consumed, out ReceivedReply? reply)
    {
        reply = null;
        consumed = 0;
        while (TryTakePiece(input[consumed..], out var taken))
        {
            consumed += taken;
            _length += taken;
            if (_length > MaxLength) return ReplyParseResult.Malformed;
            if (_isInLongLine || !_isLast) continue;
            if (_code is < 200 or > 599 || (_code == 221 && _hasNoise)) return ReplyParseResult.Malformed;
            reply = new ReceivedReply(_code, [.. _lines]);
            Reset();
            return ReplyParseResult.Complete;
        }
        return ReplyParseResult.Incomplete;
    }

    /// <summary>Takes a line, the beginning of a long one, or more of that. False if there is not enough.</summary>
    private bool TryTakePiece(ReadOnlySpan<byte> rest, out int taken)
    {
        var most = _isInLongLine ? rest.Length : Math.Min(rest.Length, MaxLineLength);
        var lf = rest[..most].IndexOf((byte)'\n');
        taken = lf < 0 ? most : lf + 1;
        if (lf < 0 && (_isInLongLine ? most == 0 : most < MaxLineLength)) return false;
        if (!_isInLongLine) TakeLine(rest[..(lf < 0 ? most : lf)].TrimEnd((byte)'\r'));
        _isInLongLine = lf < 0;
        return true;
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        var hasCode = line.Length >= 3 && !line[..3].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (line.Length == 3 || line[3] is (byte)' ' or (byte)'-');
        _isLast = hasCode && (line.Length == 3 || line[3] == ' ');
        _hasNoise |= !hasCode;
        if (_isLast) _code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + (line[2] - '0');
        if (!_isLast && (line.IsEmpty || _kept >= MaxKept)) return;
        _lines.Add(ReceivedReply.ToPrintable(line));
        _kept += line.Length + LineCost;
    }

    private void Reset()
    {
        _lines.Clear();
        (_length, _kept, _isLast, _hasNoise) = (0, 0, false, false);
    }
}
