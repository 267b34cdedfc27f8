namespace BulkRelay.Core.Ingress.Cleanup;

/// <summary>
/// Finds the addresses in a header that lists mailboxes (RFC 5322 section 3.4): <c>Erna &lt;erna@example.com&gt;, otto (Otto)</c>. Names,
/// comments and quoted strings are passed over; what is no address by itself is left alone.
/// </summary>
internal ref struct AddressFinder(ReadOnlySpan<byte> value)
{
    private readonly ReadOnlySpan<byte> _value = value;
    private int _at;

    /// <summary>The place of the next address, without angle brackets. False if there is none left.</summary>
    public bool TryNext(out Range place)
    {
        while (_at < _value.Length)
            if (ReadMailbox() is { } found)
            {
                place = found;
                return true;
            }
        place = default;
        return false;
    }

    /// <summary>Reads up to a separator. The address is what stands in angle brackets, or the one word that there is.</summary>
    private Range? ReadMailbox()
    {
        Range? angle = null;
        var (start, end, words) = (-1, -1, 0);
        while (_at < _value.Length && _value[_at] is not ((byte)',' or (byte)';'))
        {
            switch (_value[_at])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    _at++;
                    break;
                case (byte)'(':
                    SkipComment();
                    break;
                case (byte)'<':
                    var next = ReadAngle();
                    angle ??= next;
                    break;
                case (byte)':' when angle is null:
                    // What stood before was the name of a group.
                    (start, end, words) = (-1, -1, 0);
                    _at++;
                    break;
                default:
                    words++;
                    if (start < 0) start = _at;
                    Skip();
                    SkipWord();
                    end = _at;
                    break;
            }
        }
        _at++;
        return angle ?? (words == 1 ? start..end : null);
    }

    private Range? ReadAngle()
    {
        var start = ++_at;
        while (_at < _value.Length && _value[_at] != '>') Skip();
        var inside = _value[start..Math.Min(_at, _value.Length)];
        if (_at++ >= _value.Length) return null;
        var lead = inside.Length - inside.TrimStart(" \t\r\n"u8).Length;
        var length = inside.Trim(" \t\r\n"u8).Length;
        return length == 0 ? null : (start + lead)..(start + lead + length);
    }

    private void SkipWord()
    {
        while (_at < _value.Length && _value[_at] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)';' or (byte)'(' or (byte)'<' or (byte)':'))
            Skip();
    }

    /// <summary>One octet, one quoted pair, one quoted string, or one address literal.</summary>
    private void Skip()
    {
        var first = _value[_at];
        _at += first == '\\' ? 2 : 1;
        if (first is (byte)'"' or (byte)'[')
        {
            var last = first == '"' ? '"' : ']';
            while (_at < _value.Length && _value[_at] != last) _at += _value[_at] == '\\' ? 2 : 1;
            _at++;
        }
        _at = Math.Min(_at, _value.Length);
    }

    private void SkipComment()
    {
        var depth = 0;
        for (; _at < _value.Length; _at++)
        {
            if (_value[_at] == '\\') _at++;
            else if (_value[_at] == '(') depth++;
            else if (_value[_at] == ')' && --depth == 0) break;
        }
        _at = Math.Min(_at + 1, _value.Length);
    }
}
