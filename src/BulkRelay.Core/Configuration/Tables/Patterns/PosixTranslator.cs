using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// Translates a POSIX regular expression (extended, or basic), with the additions of the GNU library, to one of .NET. What matches is
/// the same. Where several ways to match exist, POSIX takes the longest and .NET the first; only the text of <c>$1</c> … can differ.
/// </summary>
internal sealed class PosixTranslator
{
    private const int MaxRepeat = 32767;
    private const string BadRepeat = "Invalid preceding regular expression";

    private readonly string _pattern;
    private readonly bool _isExtended;
    private readonly bool _isMultiline;
    private readonly StringBuilder _output = new();
    private readonly Stack<int> _groups = new();
    private int _at;
    private int _atom = -1;
    private bool _isRepeated;
    private int _groupCount;

    private PosixTranslator(string pattern, bool isExtended, bool isMultiline)
    {
        _pattern = pattern;
        _isExtended = isExtended;
        _isMultiline = isMultiline;
    }

    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">The pattern without delimiters.</param>
    /// <param name="isExtended">Extended syntax, else basic.</param>
    /// <param name="ignoresCase">Whether case does not matter.</param>
    /// <param name="isMultiline">REG_NEWLINE: <c>^</c> and <c>$</c> match at line ends, <c>.</c> and <c>[^…]</c> do not match one.</param>
    /// <exception cref="PatternException">The pattern is not valid.</exception>
    public static BoundedRegex Compile(string pattern, bool isExtended, bool ignoresCase, bool isMultiline)
    {
        if (pattern.Length > BoundedRegex.MaxLength) throw new PatternException($"pattern is longer than {BoundedRegex.MaxLength} characters");
        var translated = new PosixTranslator(pattern, isExtended, isMultiline).Translate();
        var options = isMultiline ? RegexOptions.Multiline : RegexOptions.Singleline;
        return BoundedRegex.Compile(translated, ignoresCase ? options | RegexOptions.IgnoreCase : options);
    }

    private string Translate()
    {
        while (_at < _pattern.Length) TranslateNext(_pattern[_at++]);
        if (_groups.Count > 0) throw new PatternException(@"Unmatched ( or \(");
        return _output.ToString();
    }

    private void TranslateNext(char c)
    {
        switch (c)
        {
            case '\\': TranslateEscape(); break;
            case '[':
                var set = PosixBracket.Translate(_pattern, ref _at, _isMultiline);
                Atom(set);
                break;
            case '.': Atom(_isMultiline ? @"[^\n]" : "."); break;
            case '*' when !_isExtended && _atom < 0: Atom(CharacterClasses.Literal(c)); break;
            case '*': Repeat("*"); break;
            case '^' when _isExtended || IsStartOfBasic(): NoAtom("^"); break;
            case '$' when _isExtended || IsEndOfBasic(): NoAtom(_isMultiline ? "$" : @"\z"); break;
            default:
                if (_isExtended && TranslateOperator(c)) break;
                Atom(CharacterClasses.Literal(c));
                break;
        }
    }

    private bool TranslateOperator(char c)
    {
        switch (c)
        {
            case '(': Open(); return true;
            case ')': Close(); return true;
            case '|': NoAtom("|"); return true;
            case '+' or '?': Repeat(c.ToString()); return true;
            case '{': RepeatInterval("}"); return true;
            default: return false;
        }
    }

    private void TranslateEscape()
    {
        if (_at == _pattern.Length) throw new PatternException("Trailing backslash");
        var c = _pattern[_at++];
        if (!_isExtended && TranslateBasicOperator(c)) return;
        if (c is 'w' or 'W' or 's' or 'S')
            Atom($"[{CharacterClasses.Ranges(CharacterClasses.OfEscape(c)!, complement: char.IsAsciiLetterUpper(c))}]");
        else if (c is 'b' or 'B') NoAtom($@"\{c}");
        else if (c is '<') NoAtom(@"\b(?=\w)");
        else if (c is '>') NoAtom(@"\b(?<=\w)");
        else if (c is '`') NoAtom(@"\A");
        else if (c is '\'') NoAtom(@"\z");
        else if (c is >= '1' and <= '9') BackReference(c);
        else Atom(CharacterClasses.Literal(c));
    }

    private bool TranslateBasicOperator(char c)
    {
        switch (c)
        {
            case '(': Open(); return true;
            case ')': Close(); return true;
            case '|': NoAtom("|"); return true;
            case '+' or '?': Repeat(c.ToString()); return true;
            case '{': RepeatInterval(@"\}"); return true;
            default: return false;
        }
    }

    private bool IsStartOfBasic() => _at == 1 || _pattern.AsSpan(0, _at - 1).EndsWith(@"\(") || _pattern.AsSpan(0, _at - 1).EndsWith(@"\|");

    private bool IsEndOfBasic() => _at == _pattern.Length || _pattern.AsSpan(_at).StartsWith(@"\)") || _pattern.AsSpan(_at).StartsWith(@"\|");

    private void BackReference(char digit)
    {
        if (digit - '0' > _groupCount) throw new PatternException("Invalid back reference");
        Atom($"(?:\\{digit})");
    }

    private void Open()
    {
        if (_groups.Count >= BoundedRegex.MaxNesting) throw new PatternException("groups are nested too deep");
        _groups.Push(_output.Length);
        _groupCount++;
        NoAtom("(");
    }

    private void Close()
    {
        if (!_groups.TryPop(out var start)) throw new PatternException(@"Unmatched ) or \)");
        _output.Append(')');
        (_atom, _isRepeated) = (start, false);
    }

    private void Atom(string text)
    {
        (_atom, _isRepeated) = (_output.Length, false);
        _output.Append(text);
    }

    private void NoAtom(string text)
    {
        _atom = -1;
        _output.Append(text);
    }

    private void RepeatInterval(string close)
    {
        var end = _pattern.IndexOf(close, _at, StringComparison.Ordinal);
        if (end < 0) throw new PatternException(@"Unmatched { or \{");
        var bounds = _pattern[_at..end].Split(',');
        _at = end + close.Length;
        if (bounds.Length > 2 || !TryBound(bounds[0], 0, out var least) || !TryBound(bounds[^1], MaxRepeat, out var most) || least > most
            || (bounds.Length == 1 && bounds[0].Length == 0)) throw new PatternException(@"Invalid content of \{\}");
        var isOpen = bounds.Length == 2 && bounds[1].Length == 0;
        Repeat(string.Create(CultureInfo.InvariantCulture, $"{{{least},{(isOpen ? "" : most.ToString(CultureInfo.InvariantCulture))}}}"));
    }

    private static bool TryBound(string text, int missing, out int bound)
    {
        bound = missing;
        return text.Length == 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bound) && bound <= MaxRepeat);
    }

    private void Repeat(string quantifier)
    {
        if (_atom < 0) throw new PatternException(BadRepeat);
        // A quantifier after a quantifier has a meaning of its own in .NET; here it repeats what is before it.
        if (_isRepeated) _output.Insert(_atom, "(?:").Append(')');
        _output.Append(quantifier);
        _isRepeated = true;
    }
}
