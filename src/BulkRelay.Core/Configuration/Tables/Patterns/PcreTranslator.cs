using System.Text;
using System.Text.RegularExpressions;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// Translates a Perl-compatible regular expression to one of .NET: it matches octets unless <c>(*UTF)</c> begins it, groups are numbered from
/// left to right whether they have names or not, <c>\w \d \s</c> and <c>[:class:]</c> are of ASCII, possessive quantifiers become atomic
/// groups. Recursion and other verbs have no counterpart and are refused by name.
/// </summary>
internal sealed class PcreTranslator
{
    private const string Word = "[0-9A-Z_a-z]";

    private static readonly string[] UtfVerbs = ["(*UTF)", "(*UTF8)"];

    private readonly PcreOptions _options;
    private readonly PcreReader _input;
    private readonly StringBuilder _output = new();
    private readonly bool _readsCharacters;
    private readonly Stack<OpenGroup> _groups = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private bool _isUngreedy;
    private bool _isExtended;
    private int _groupCount;
    private int _atom = -1;

    private PcreTranslator(string pattern, PcreOptions options, bool readsCharacters)
    {
        _options = options;
        _readsCharacters = readsCharacters;
        _input = new PcreReader(pattern, readsCharacters);
        _isUngreedy = options.HasFlag(PcreOptions.Ungreedy);
        _isExtended = options.HasFlag(PcreOptions.Extended);
    }

    /// <summary>Compiles a pattern (without its delimiters).</summary>
    /// <exception cref="PatternException">The pattern is not valid, or asks for what .NET does not have.</exception>
    public static BoundedRegex Compile(string pattern, PcreOptions options)
    {
        if (pattern.Length > BoundedRegex.MaxLength) throw new PatternException($"pattern is longer than {BoundedRegex.MaxLength} characters");
        var asked = UtfVerbs.FirstOrDefault(verb => pattern.StartsWith(verb, StringComparison.Ordinal));
        pattern = asked is null ? OctetText.Encode(pattern) : pattern[asked.Length..];
        var translated = new PcreTranslator(pattern, options, asked is not null).Translate();
        if (options.HasFlag(PcreOptions.Anchored)) translated = $@"\A(?:{translated})";
        var netOptions = RegexOptions.None;
        if (options.HasFlag(PcreOptions.Caseless)) netOptions |= RegexOptions.IgnoreCase;
        if (options.HasFlag(PcreOptions.Multiline)) netOptions |= RegexOptions.Multiline;
        if (options.HasFlag(PcreOptions.DotAll)) netOptions |= RegexOptions.Singleline;
        return BoundedRegex.Compile(translated, netOptions, matchesCharacters: asked is not null);
    }

    private string Translate()
    {
        while (!_input.IsAtEnd) TranslateNext(_input.Take());
        if (_groups.Count > 0) throw new PatternException("missing closing parenthesis");
        return _output.ToString();
    }

    private void TranslateNext(char c)
    {
        switch (c)
        {
            case '\\': TranslateEscape(); break;
            case '[': Atom(PcreBracket.Translate(_input)); break;
            case '(': TranslateGroup(); break;
            case ')': Close(); break;
            case '|': NextBranch(); break;
            case '^': NoAtom("^"); break;
            case '$': NoAtom(IsDollarEndOnly ? @"\z" : "$"); break;
            case '.': Atom("."); break;
            case '*' or '+' or '?': Repeat(c.ToString()); break;
            case '{' when _input.TakeInterval() is { } interval: Repeat(interval); break;
            case '#' when _isExtended: _input.TakeUntil('\n'); break;
            default:
                if (!_isExtended || !char.IsWhiteSpace(c)) Atom(CharacterClasses.Literal(c));
                break;
        }
    }

    private bool IsDollarEndOnly => _options.HasFlag(PcreOptions.DollarEndOnly) && !_options.HasFlag(PcreOptions.Multiline);

    private void TranslateEscape()
    {
        var c = _input.IsAtEnd ? throw new PatternException("\\ at end of pattern") : _input.Take();
        if (CharacterClasses.OfEscape(c) is { } set) Atom($"[{CharacterClasses.Ranges(set, complement: char.IsAsciiLetterUpper(c))}]");
        else if (c is 'b' or 'B' && _readsCharacters) NoAtom(Boundary(c == 'B'));
        else if (c is 'A' or 'z' or 'Z' or 'G' or 'b' or 'B') NoAtom($"\\{c}");
        // Where the match begins is of no interest here.
        else if (c == 'K') NoAtom("");
        else if (c == 'C' && !_readsCharacters) Atom(@"[\s\S]");
        else if (c == 'Q') _input.TakeQuoted(literal => Atom(CharacterClasses.Literal(literal)));
        else if (c == 'E') return;
        else if (c == 'R') Atom($@"(?:\r\n|[{CharacterClasses.Ranges("vertical", complement: false)}])");
        else if (c == 'N' && _input.Peek("{U+")) throw new PatternException(@"\N{U+dddd} is not supported (write a character as \x{..})");
        else if (c == 'N') Atom(@"[^\n]");
        else if (c is 'p' or 'P') Atom(_input.TakeProperty(c));
        else if (c == 'k') BackReference(_input.TakeName());
        else if (c == 'g') BackReference(_input.TakeReference());
        else if (c is >= '1' and <= '9') Number(c);
        else Atom(CharacterClasses.Literal(_input.TakeEscaped(c)));
    }

    /// <summary><c>\n</c> is a back reference below 10 or while there are so many groups, else a character in octal.</summary>
    private void Number(char first)
    {
        var digits = first + _input.TakeDigits(2);
        var number = int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
        if (number < 10 || number <= _groupCount) BackReference(digits);
        else if (first > '7') throw new PatternException($"reference to non-existent subpattern {number}");
        else
        {
            _input.PutBack(digits.Length - 1);
            Atom(CharacterClasses.Literal(_input.TakeOctal(first)));
        }
    }

    private void BackReference(string reference)
    {
        var isNumber = int.TryParse(reference, out var number);
        if (isNumber && reference[0] == '-') number += _groupCount + 1;
        if (!isNumber && !_names.TryGetValue(reference, out number)) throw new PatternException($"reference to non-existent subpattern {reference}");
        if (number < 1 || number > BoundedRegex.MaxLength) throw new PatternException($"reference to non-existent subpattern {reference}");
        Atom($"(?:\\{number})");
    }

    private void TranslateGroup()
    {
        if (_input.Peek('*')) throw new PatternException("(*VERB) is not supported");
        if (!_input.TakeIf("?"))
        {
            Open("(", isCapture: true);
            return;
        }
        if (_input.TakeIf("#"))
        {
            if (!_input.TakeUntil(')')) throw new PatternException("missing ) after (?# comment");
            return;
        }
        foreach (var head in (ReadOnlySpan<string>)[":", "=", "!", "<=", "<!", ">"])
        {
            if (!_input.TakeIf(head)) continue;
            Open($"(?{head}", isCapture: false);
            return;
        }
        if (_input.TakeIf("|"))
        {
            Open("(?:", isCapture: false);
            _groups.Peek().NumberAgainFrom = _groupCount;
        }
        else if (_input.TakeGroupName() is { } name)
        {
            if (!_names.TryAdd(name, _groupCount + 1)) throw new PatternException($"two named subpatterns have the same name {name}");
            Open("(", isCapture: true);
        }
        else if (_input.TakeIf("P=")) BackReference(_input.TakeUntilClose());
        else if (_input.TakeCondition() is { } condition) Open($"(?({NumberOf(condition)})", isCapture: false);
        else TranslateFlags();
    }

    private int NumberOf(string group) =>
        int.TryParse(group, out var number) || _names.TryGetValue(group, out number)
            ? number : throw new PatternException($"reference to non-existent subpattern {group}");

    /// <summary><c>(?i)</c> to the end of the group, <c>(?i-s: … )</c> for a group of its own.</summary>
    private void TranslateFlags()
    {
        var (flags, isGroup) = _input.TakeFlags();
        var outer = new OpenGroup(_output.Length, _isUngreedy, _isExtended);
        var isOn = true;
        var kept = new StringBuilder();
        foreach (var flag in flags)
        {
            if (flag == '-') isOn = false;
            if (flag == 'U') _isUngreedy = isOn;
            else if (flag == 'x') _isExtended = isOn;
            else kept.Append(flag);
        }
        var text = kept.ToString().TrimEnd('-');
        if (isGroup) Open(outer, $"(?{text}:");
        else NoAtom(text.Length > 0 ? $"(?{text})" : "");
    }

    private void Open(string head, bool isCapture)
    {
        Open(new OpenGroup(_output.Length, _isUngreedy, _isExtended), isCapture ? $"(?<{++_groupCount}>" : head);
    }

    private void Open(OpenGroup outer, string head)
    {
        if (_groups.Count >= BoundedRegex.MaxNesting) throw new PatternException("parentheses are too deeply nested");
        _groups.Push(outer);
        NoAtom(head);
    }

    private void Close()
    {
        if (!_groups.TryPop(out var group)) throw new PatternException("unmatched closing parenthesis");
        _output.Append(')');
        (_atom, _isUngreedy, _isExtended) = (group.Start, group.IsUngreedy, group.IsExtended);
        _groupCount = Math.Max(_groupCount, group.MostGroups);
    }

    /// <summary>Begins the next alternative; in <c>(?|…)</c> groups are numbered again from where they were at its start.</summary>
    private void NextBranch()
    {
        if (_groups.TryPeek(out var group) && group.NumberAgainFrom is { } number)
        {
            group.MostGroups = Math.Max(group.MostGroups, _groupCount);
            _groupCount = number;
        }
        NoAtom("|");
    }

    private static string Boundary(bool isNegated)
    {
        var (before, after, notBefore, notAfter) = ($"(?<={Word})", $"(?={Word})", $"(?<!{Word})", $"(?!{Word})");
        return isNegated ? $"(?:{before}{after}|{notBefore}{notAfter})" : $"(?:{before}{notAfter}|{notBefore}{after})";
    }

    private void Atom(string text)
    {
        _atom = _output.Length;
        _output.Append(text);
    }

    private void NoAtom(string text)
    {
        _atom = -1;
        _output.Append(text);
    }

    private void Repeat(string quantifier)
    {
        if (_atom < 0) throw new PatternException("quantifier does not follow a repeatable item");
        _output.Append(quantifier);
        if (_input.TakeIf("+")) _output.Insert(_atom, "(?>").Append(')');
        else if (_input.TakeIf("?") != _isUngreedy) _output.Append('?');
        _atom = -1;
    }

    /// <summary>A group while it is read: where it begins in the output, and what is as before when it ends.</summary>
    private sealed class OpenGroup(int start, bool isUngreedy, bool isExtended)
    {
        public int Start => start;

        public bool IsUngreedy => isUngreedy;

        public bool IsExtended => isExtended;

        /// <summary>For <c>(?|…)</c>: how many groups there were before it.</summary>
        public int? NumberAgainFrom { get; set; }

        /// <summary>For <c>(?|…)</c>: how many groups there are after the alternative that has most.</summary>
        public int MostGroups { get; set; }
    }
}
