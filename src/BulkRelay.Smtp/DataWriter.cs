using System.Buffers;

namespace BulkRelay.Smtp;

/// <summary>
/// Turns message content into what is sent after DATA (RFC 5321 section 4.5.2): leading dots are doubled, lines that are too long
/// are folded, and the end of data follows. Pieces of the content are passed on where they lie; nothing is copied.
/// <para>
/// This is the one place where content leaves the relay, and it trusts nobody: a CR or LF that is not part of CRLF, and NUL, go out as a
/// blank, and content that does not end in CRLF gets one. So nothing that was ever stored can hold what some server takes for an
/// end of data (SMTP smuggling). Content in canonical form passes unchanged.
/// </para>
/// </summary>
/// <param name="segments">The content in order; segments may be empty and may end anywhere.</param>
/// <param name="lineLengthLimit">The most octets in a line, CRLF and a doubled dot not counted; 0 for no limit. Longer lines are broken
/// by CRLF and a blank, as Postfix does (<c>smtp_line_length_limit</c>).</param>
public sealed class DataWriter(IReadOnlyList<ReadOnlyMemory<byte>> segments, int lineLengthLimit)
{
    private static readonly SearchValues<byte> Special = SearchValues.Create("\r\n\0"u8);
    private static readonly ReadOnlyMemory<byte> Blank = " "u8.ToArray();
    private static readonly ReadOnlyMemory<byte> TwoDots = ".."u8.ToArray();
    private static readonly ReadOnlyMemory<byte> Fold = "\r\n "u8.ToArray();
    private static readonly ReadOnlyMemory<byte> EndOfData = ".\r\n"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> LineEndAndEndOfData = "\r\n.\r\n"u8.ToArray();

    // A folded line begins with a blank, so that a limit of 1 would fold for ever.
    private readonly int _limit = lineLengthLimit > 0 ? Math.Max(lineLengthLimit, 2) : int.MaxValue;
    private int _segment;
    private int _at;
    private int _column;
    private bool _isAfterCr;
    private bool _isEnded;
    private ReadOnlyMemory<byte> _insert;

    /// <summary>How many octets had to be replaced so far: more than 0 means that the content was not canonical.</summary>
    public int Replaced { get; private set; }

    /// <summary>True once a line had to be broken because it was too long.</summary>
    public bool HasBrokenLine { get; private set; }

    /// <summary>The next piece to send, never empty; false after the last one, which is the end of data.</summary>
    public bool TryNext(out ReadOnlyMemory<byte> piece)
    {
        piece = Take(ref _insert);
        while (piece.IsEmpty && _segment < segments.Count)
        {
            piece = NextRun(segments[_segment]);
            if (piece.IsEmpty) piece = Take(ref _insert);
        }
        if (!piece.IsEmpty) return true;
        if (_isEnded) return false;
        _isEnded = true;
        piece = _column == 0 ? EndOfData : LineEndAndEndOfData;
        return true;
    }

    /// <summary>What can be sent as it is, up to the next octet that cannot; what to send then is left in the insert.</summary>
    private ReadOnlyMemory<byte> NextRun(ReadOnlyMemory<byte> segment)
    {
        var start = _at;
        var skip = FindEdit(segment.Span);
        var run = segment[start.._at];
        _at += skip;
        if (_at == segment.Length && _insert.IsEmpty)
        {
            _segment++;
            _at = 0;
        }
        return run;
    }

    /// <summary>
    /// Moves on to the next octet that needs an edit, or to the end of the segment. Returns how many octets the insert replaces.
    /// </summary>
    private int FindEdit(ReadOnlySpan<byte> octets)
    {
        while (_at < octets.Length)
        {
            if (_isAfterCr)
            {
                EndLine(1);
                _isAfterCr = false;
                continue;
            }
            if (_column == 0 && octets[_at] == '.') return Replace(TwoDots, 1);
            var length = octets[_at..].IndexOfAny(Special);
            var text = length < 0 ? octets.Length - _at : length;
            if (text > _limit - _column) return FoldLine();
            _at += text;
            _column += text;
            if (length < 0) return 0;
            if (octets[_at] == '\r' && IsLineEnd(octets)) continue;
            if (_column == _limit) return FoldLine();
            Replaced++;
            return Replace(Blank, 1);
        }
        return 0;
    }

    /// <summary>True if the CR at hand is followed by LF, here or in the next segment; the line is then done, or is about to be.</summary>
    private bool IsLineEnd(ReadOnlySpan<byte> octets)
    {
        if (_at + 1 < octets.Length)
        {
            if (octets[_at + 1] != '\n') return false;
            EndLine(2);
            return true;
        }
        for (var next = _segment + 1; next < segments.Count; next++)
        {
            if (segments[next].IsEmpty) continue;
            if (segments[next].Span[0] != '\n') return false;
            _isAfterCr = true;
            _at++;
            return true;
        }
        return false;
    }

    private void EndLine(int length)
    {
        _at += length;
        _column = 0;
    }

    private int FoldLine()
    {
        _at += _limit - _column;
        _column = 1;
        _insert = Fold;
        HasBrokenLine = true;
        return 0;
    }

    private int Replace(ReadOnlyMemory<byte> insert, int skip)
    {
        _insert = insert;
        _column++;
        return skip;
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> insert)
    {
        var taken = insert;
        insert = default;
        return taken;
    }
}
