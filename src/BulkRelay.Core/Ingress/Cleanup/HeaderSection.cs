using System.Text;

namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// Reads the head of a message line by line as it arrives, each octet once, and notes what is there and what must change (Postfix:
/// cleanup(8)). The rules at the edges are Postfix's: blanks before the colon of a header go; a head ends at an empty line or at the first line that is no header, and then gets
/// the empty line that is missing; mbox <c>From </c> lines at the start become headers; a header beyond the limit loses its tail.
/// </summary>
internal sealed class HeaderSection
{
    private readonly List<HeaderEdit> _edits = [];
    private HeaderPolicy _policy = null!;
    private int _lineStart;
    private int _searched;
    private int _fieldStart;
    private bool _isAtStart;
    private bool _isDropping;
    private (int Start, int End)[] _noted = [];
    private int _noting;

    /// <summary>True once the head has ended within the octets seen.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Where the head ends: the place of the empty line, or of the first line of a body without one.</summary>
    public int End => _lineStart;

    /// <summary>True if the body follows at <see cref="End"/> without the empty line that must stand before it.</summary>
    public bool NeedsEmptyLine { get; private set; }

    /// <summary>Received: headers of the message as it came.</summary>
    public int Hops { get; private set; }

    /// <summary>What is there.</summary>
    public SeenHeaders Seen { get; private set; }

    /// <summary>The changes, in order of their places.</summary>
    public IReadOnlyList<HeaderEdit> Edits => _edits;

    /// <summary>Begins with a new message.</summary>
    public void Reset(HeaderPolicy policy)
    {
        _policy = policy;
        _edits.Clear();
        _lineStart = _searched = _fieldStart = 0;
        _isDropping = IsComplete = NeedsEmptyLine = false;
        if (_noted.Length != policy.Noted.Length) _noted = new (int, int)[policy.Noted.Length];
        Array.Clear(_noted);
        _noting = -1;
        _isAtStart = true;
        Hops = 0;
        Seen = SeenHeaders.None;
    }

    /// <summary>Goes on with all that is there of the message so far, from its first octet.</summary>
    public void Read(ReadOnlySpan<byte> message)
    {
        while (!IsComplete)
        {
            var found = message[_searched..].IndexOf((byte)'\n');
            if (found < 0)
            {
                _searched = message.Length;
                return;
            }
            var next = _searched + found + 1;
            ReadLine(message, next);
            if (!IsComplete) _lineStart = next;
            _searched = next;
        }
    }

    /// <summary>True if the message has that one of <see cref="HeaderPolicy.Noted"/>.</summary>
    public bool Has(int noted) => _noted[noted].Start > 0;

    /// <summary>The value of the first header of a name in <see cref="HeaderPolicy.Noted"/>, without folding; empty if there is none.</summary>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> message, int noted)
    {
        var value = message[_noted[noted].Start.._noted[noted].End];
        if (!value.ContainsAny("\r\n"u8)) return value.Trim(" \t"u8);
        var unfolded = new byte[value.Length];
        var length = 0;
        foreach (var octet in value)
        {
            if (octet is not ((byte)'\r' or (byte)'\n')) unfolded[length++] = octet;
        }
        return unfolded.AsSpan(0, length).Trim(" \t"u8);
    }

    /// <summary>
    /// Adds changes to those that were found necessary while reading; where one is in the way of another the first stays. One pass over
    /// both, however many there are: a message may have a million lines to drop.
    /// </summary>
    public void Add(IReadOnlyList<HeaderEdit> edits)
    {
        if (edits.Count == 0) return;
        HeaderEdit[] known = [.. _edits];
        _edits.Clear();
        var next = 0;
        // Of those that begin before it the one that reaches farthest is in its way if any is.
        HeaderEdit? farthest = null;
        foreach (var edit in edits.OrderBy(e => e.At))
        {
            while (next < known.Length && known[next].At <= edit.At) Keep(known[next++]);
            if (farthest is { } before && AreInTheWay(before, edit) || next < known.Length && AreInTheWay(known[next], edit)) continue;
            Keep(edit);
        }
        _edits.AddRange(known.AsSpan(next));

        void Keep(HeaderEdit edit)
        {
            _edits.Add(edit);
            if (farthest is not { } other || edit.At + edit.Removed > other.At + other.Removed) farthest = edit;
        }

        static bool AreInTheWay(HeaderEdit one, HeaderEdit other) => one.At < other.At + other.Removed && other.At < one.At + one.Removed;
    }

    private void ReadLine(ReadOnlySpan<byte> message, int next)
    {
        var line = message[_lineStart..(next - 2)];
        if (line.IsEmpty) IsComplete = true;
        else if (line[0] is (byte)' ' or (byte)'\t' && !_isAtStart) Continue(next);
        // Also where a colon follows, with which the line would be a header.
        else if (IsMboxLine(line)) _edits.Add(new HeaderEdit(_lineStart, 0, "X-Mailbox-Line: "u8.ToArray()));
        else if (NameLength(line) is > 0 and var length) Begin(line, length, next);
        else
        {
            IsComplete = true;
            NeedsEmptyLine = true;
        }
    }

    private void Begin(ReadOnlySpan<byte> line, int nameLength, int next)
    {
        var name = line[..nameLength];
        _fieldStart = _lineStart;
        _isAtStart = false;
        _isDropping = _policy.Drops(name);
        Note(name, line, next);
        if (_isDropping)
        {
            Drop(_lineStart, next);
            return;
        }
        // RFC 5322 section 4.5: blanks between name and colon are obsolete. What the limit cuts off is cut off below.
        var colon = nameLength + line[nameLength..].IndexOf((byte)':');
        if (colon > nameLength && colon <= _policy.SizeLimit) _edits.Add(new HeaderEdit(_lineStart + nameLength, colon - nameLength, []));
        CutExcess(next);
    }

    private void Continue(int next)
    {
        if (_noting >= 0) _noted[_noting].End = next - 2;
        if (_isDropping) Drop(_lineStart, next);
        else CutExcess(next);
    }

    private void Note(ReadOnlySpan<byte> name, ReadOnlySpan<byte> line, int next)
    {
        Seen |= Classify(name);
        _noting = PlaceOf(name);
        if (_noting >= 0) _noted[_noting] = (_lineStart + line.IndexOf((byte)':') + 1, next - 2);
        if (Ascii.EqualsIgnoreCase(name, "Received"u8)) Hops++;
    }

    /// <summary>The place of a header whose value is wanted and not known yet; -1 for others.</summary>
    private int PlaceOf(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _policy.Noted.Length; i++)
            if (Ascii.EqualsIgnoreCase(name, _policy.Noted[i])) return Has(i) ? -1 : i;
        return -1;
    }

    private static SeenHeaders Classify(ReadOnlySpan<byte> name)
    {
        if (Ascii.EqualsIgnoreCase(name, "Date"u8)) return SeenHeaders.Date;
        if (Ascii.EqualsIgnoreCase(name, "From"u8)) return SeenHeaders.From;
        if (Ascii.EqualsIgnoreCase(name, "Message-Id"u8)) return SeenHeaders.MessageId;
        if (name.Length < 8 || !Ascii.EqualsIgnoreCase(name[..7], "Resent-"u8)) return SeenHeaders.None;
        return SeenHeaders.Resent | Classify(name[7..]) switch
        {
            SeenHeaders.Date => SeenHeaders.ResentDate,
            SeenHeaders.From => SeenHeaders.ResentFrom,
            SeenHeaders.MessageId => SeenHeaders.ResentMessageId,
            _ => SeenHeaders.None,
        };
    }

    private void Drop(int from, int to)
    {
        if (_edits is [.., { Inserted.Length: 0 } last] && last.At + last.Removed == from)
            _edits[^1] = last with { Removed = to - last.At };
        else _edits.Add(new HeaderEdit(from, to - from, []));
    }

    /// <summary>Removes what is beyond the limit: the tail of the line in which it falls, and whole lines after that.</summary>
    private void CutExcess(int next)
    {
        // The limit may be as large as a number can be.
        if (next - 2 - _fieldStart <= _policy.SizeLimit) return;
        var cut = _fieldStart + _policy.SizeLimit;
        if (cut <= _lineStart) Drop(_lineStart, next);
        else Drop(cut, next - 2);
    }

    private bool IsMboxLine(ReadOnlySpan<byte> line) => _isAtStart && line.TrimStart((byte)'>').StartsWith("From "u8);

    /// <summary>The length of the name if the line is a header: printable characters, perhaps blanks, a colon. 0 if it is none.</summary>
    private static int NameLength(ReadOnlySpan<byte> line)
    {
        var length = line.IndexOfAnyExceptInRange((byte)'!', (byte)'~');
        var colon = line.IndexOf((byte)':');
        if (colon <= 0) return 0;
        if (length < 0 || colon < length) return colon;
        return line[length..colon].ContainsAnyExcept((byte)' ', (byte)'\t') ? 0 : length;
    }
}
