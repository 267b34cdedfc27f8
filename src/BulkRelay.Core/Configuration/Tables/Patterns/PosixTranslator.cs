using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// Translates a POSIX regular expression (extended, or basic), with the additions of the GNU library, to one of .NET. It matches octets.
/// Where several ways to match exist, POSIX takes the longest and .NET the first: a pattern with groups is translated a second time, to
/// match up to a mark in the text.
/// </summary>
internal sealed class PosixTranslator
{
    private const int MaxRepeat = 32767;
    private const string Word = "[0-9A-Z_a-z]";
    private const string BadRepeat = "Invalid preceding regular expression";

    private readonly string _pattern;
    private readonly bool _isExtended;
    private readonly bool _isMultiline;
    private readonly StringBuilder _output = new();
    private readonly string _ahead;
    private readonly Stack<OpenGroup> _groups = new();
    private OpenGroup _branch = new(0, 0, [], []);
    private int _at;
    private int _atom = -1;
    private bool _isRepeated;
    private int _groupCount;

    private PosixTranslator(string pattern, bool isExtended, bool isMultiline, bool hasEndMark)
    {
        _ahead = hasEndMark ? $"{BoundedRegex.EndMark}?" : "";
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
        pattern = OctetText.Encode(pattern);
        var first = new PosixTranslator(pattern, isExtended, isMultiline, hasEndMark: false);
        var translated = first.Translate();
        var ending = first._groupCount > 0 ? new PosixTranslator(pattern, isExtended, isMultiline, hasEndMark: true).Translate() : null;
        var options = isMultiline ? RegexOptions.Multiline : RegexOptions.Singleline;
        return BoundedRegex.Compile(translated, ignoresCase ? options | RegexOptions.IgnoreCase : options, ending: ending);
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
            case '$' when _isExtended || IsEndOfBasic(): NoAtom(End()); break;
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
            case '|': NextBranch(); return true;
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
        else if (c is 'b' or 'B') NoAtom(_ahead.Length == 0 ? $@"\{c}" : Boundary(c == 'B'));
        else if (c is '<') NoAtom($@"(?<!{Word})(?={_ahead}{Word})");
        else if (c is '>') NoAtom($@"(?<={Word})(?!{_ahead}{Word})");
        else if (c is '`') NoAtom(@"\A");
        else if (c is '\'') NoAtom(_ahead.Length == 0 ? @"\z" : $@"(?={_ahead}\z)");
        else if (c is >= '1' and <= '9') BackReference(c);
        else Atom(CharacterClasses.Literal(c));
    }

    private bool TranslateBasicOperator(char c)
    {
        switch (c)
        {
            case '(': Open(); return true;
            case ')': Close(); return true;
            case '|': NextBranch(); return true;
            case '+' or '?': Repeat(c.ToString()); return true;
            case '{': RepeatInterval(@"\}"); return true;
            default: return false;
        }
    }

    private bool IsStartOfBasic() => _at == 1 || _pattern.AsSpan(0, _at - 1).EndsWith(@"\(") || _pattern.AsSpan(0, _at - 1).EndsWith(@"\|");

    private bool IsEndOfBasic() => _at == _pattern.Length || _pattern.AsSpan(_at).StartsWith(@"\)") || _pattern.AsSpan(_at).StartsWith(@"\|");

    private void BackReference(char digit)
    {
        if (!_branch.Complete.Contains(digit - '0')) throw new PatternException("Invalid back reference");
        Atom($"(?:\\{digit})");
    }

    private void Open()
    {
        if (_groups.Count >= BoundedRegex.MaxNesting) throw new PatternException("groups are nested too deep");
        _groups.Push(_branch);
        _branch = new OpenGroup(_output.Length, ++_groupCount, [.. _branch.Complete], [.. _branch.Complete]);
        NoAtom("(");
    }

    /// <summary>Begins the next alternative: what was captured in the ones before it cannot be referred to.</summary>
    private void NextBranch()
    {
        _branch.EndBranch();
        NoAtom("|");
    }

    private void Close()
    {
        if (!_groups.TryPop(out var outer)) throw new PatternException(@"Unmatched ) or \)");
        _output.Append(')');
        (_atom, _isRepeated) = (_branch.Start, false);
        _branch.EndBranch();
        outer.Complete.UnionWith(_branch.CompleteInAny);
        outer.Complete.Add(_branch.Number);
        _branch = outer;
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

    private string End() => _ahead.Length == 0 ? (_isMultiline ? "$" : @"\z") : $@"(?={_ahead}{(_isMultiline ? @"(?:\n|\z)" : @"\z")})";

    private string Boundary(bool isNegated)
    {
        var (before, after) = ($"(?<={Word})", $"(?={_ahead}{Word})");
        var (notBefore, notAfter) = ($"(?<!{Word})", $"(?!{_ahead}{Word})");
        return isNegated ? $"(?:{before}{after}|{notBefore}{notAfter})" : $"(?:{before}{notAfter}|{notBefore}{after})";
    }

    /// <summary>A group while it is read (the whole pattern is one, too).</summary>
    /// <param name="Start">Where it begins in the output.</param>
    /// <param name="Number">Its number.</param>
    /// <param name="Before">The groups that were complete before it.</param>
    /// <param name="Complete">Those to which its present alternative may refer.</param>
    private sealed record OpenGroup(int Start, int Number, HashSet<int> Before, HashSet<int> Complete)
    {
        /// <summary>The groups that are complete in one of its alternatives.</summary>
        public HashSet<int> CompleteInAny { get; } = [];

        public void EndBranch()
        {
            CompleteInAny.UnionWith(Complete);
            Complete.IntersectWith(Before);
        }
    }
}
