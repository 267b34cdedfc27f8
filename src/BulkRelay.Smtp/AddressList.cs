using System.Buffers;
using System.Text;

namespace BulkRelay.Smtp;

/// <summary>
/// Reads the addresses out of a list as it stands in <c>To:</c> (RFC 5322 section 3.4): names, comments, groups and source routes are left
/// out. It takes what people write: an address without a domain, or two words that are no address, come out as they are, for the one who
/// checks addresses to refuse. Needs time in proportion to the length of the text.
/// </summary>
public ref struct AddressList
{
    private static readonly SearchValues<char> Delimiters = SearchValues.Create("()<>[]\",;: \t\r\n");

    private readonly List<string> _found = [];
    private readonly StringBuilder _bare = new();
    private readonly StringBuilder _angle = new();
    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private bool _isInAngle;
    private bool _hasAngle;
    private bool _wantsBlank;

    private AddressList(ReadOnlySpan<char> text) => _text = text;

    /// <summary>The addresses in order, each as it would stand between angle brackets.</summary>
    public static IReadOnlyList<string> Parse(ReadOnlySpan<char> text)
    {
        var list = new AddressList(text);
        while (list._at < text.Length) list.ReadNext();
        list.EndAddress();
        return list._found;
    }

    private void ReadNext()
    {
        var c = _text[_at];
        switch (c)
        {
            case '(':
                SkipComment();
                return;
            case '"':
                AddWord(ReadEnclosed('"'));
                return;
            case '[':
                AddWord(ReadEnclosed(']'));
                return;
            case '<':
                _angle.Clear();
                _isInAngle = _hasAngle = true;
                break;
            case '>':
                _isInAngle = false;
                break;
            case ',' or ';' when !_isInAngle:
                EndAddress();
                break;
            case ':' when _isInAngle: // the end of a source route
                _angle.Clear();
                break;
            case ':' when IsGroup():
                _bare.Clear();
                break;
            case ' ' or '\t' or '\r' or '\n':
                _wantsBlank = true;
                break;
            default:
                AddWord(ReadAtom());
                return;
        }
        _at++;
    }

    /// <summary>A colon behind words without an at sign ends the name of a group.</summary>
    private readonly bool IsGroup() => !_hasAngle && _bare.Length > 0 && !Contains(_bare, '@');

    /// <summary>Blanks count only between two words that would else run into one.</summary>
    private void AddWord(ReadOnlySpan<char> word)
    {
        var target = _isInAngle ? _angle : _bare;
        if (_wantsBlank && target.Length > 0 && target[^1] is not ('@' or '.') && word[0] is not ('@' or '.')) target.Append(' ');
        _wantsBlank = false;
        target.Append(word);
    }

    private ReadOnlySpan<char> ReadAtom()
    {
        var rest = _text[_at..];
        var end = rest[1..].IndexOfAny(Delimiters);
        var atom = end < 0 ? rest : rest[..(end + 1)];
        _at += atom.Length;
        return atom;
    }

    private ReadOnlySpan<char> ReadEnclosed(char close)
    {
        var start = _at++;
        for (; _at < _text.Length && _text[_at] != close; _at++)
            if (_text[_at] == '\\') _at++;
        _at = Math.Min(_at + 1, _text.Length);
        return _text[start.._at];
    }

    private void SkipComment()
    {
        var depth = 0;
        for (; _at < _text.Length; _at++)
        {
            if (_text[_at] == '\\') _at++;
            else if (_text[_at] == '(') depth++;
            else if (_text[_at] == ')' && --depth == 0) break;
        }
        _at = Math.Min(_at + 1, _text.Length);
        _wantsBlank = true;
    }

    private void EndAddress()
    {
        var address = (_hasAngle ? _angle : _bare).ToString();
        if (address.Length > 0) _found.Add(address);
        _bare.Clear();
        _angle.Clear();
        _isInAngle = _hasAngle = _wantsBlank = false;
    }

    private static bool Contains(StringBuilder text, char c)
    {
        foreach (var chunk in text.GetChunks())
            if (chunk.Span.Contains(c)) return true;
        return false;
    }
}
