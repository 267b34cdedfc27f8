using System.Text;
using System.Text.RegularExpressions;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>
/// Translates a Perl-compatible regular expression to one of .NET: groups are numbered from left to right whether they have names or not,
/// <c>\w \d \s</c> and <c>[:class:]</c> are of ASCII, possessive quantifiers become atomic groups. Recursion, <c>\K</c>, <c>(?|…)</c> and
/// verbs have no counterpart and are refused by name.
/// </summary>
internal sealed class PcreTranslator
{
    private readonly PcreOptions _options;
    private readonly PcreReader _input;
    private readonly StringBuilder _output = new();
    private readonly Stack<(int Start, bool IsUngreedy, bool IsExtended)> _groups = new();
    private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    private bool _isUngreedy;
    private bool _isExtended;
    private int _groupCount;
    private int _atom = -1;

    private PcreTranslator(string pattern, PcreOptions options)
    {
        _options = options;
        _input = new PcreReader(pattern);
        _isUngreedy = options.HasFlag(PcreOptions.Ungreedy);
        _isExtended = options.HasFlag(PcreOptions.Extended);
    }

    /// <summary>Compiles a pattern (without its delimiters).</summary>
    /// <exception cref="PatternException">The pattern is not valid, or asks for what .NET does not have.</exception>
    public static BoundedRegex Compile(string pattern, PcreOptions options)
    {
        if (pattern.Length > BoundedRegex.MaxLength) throw new PatternException($"pattern is longer than {BoundedRegex.MaxLength} characters");
        var translated = new PcreTranslator(pattern, options).Translate();
        if (options.HasFlag(PcreOptions.Anchored)) translated = $@"\A(?:{translated})";
        var netOptions = RegexOptions.None;
        if (options.HasFlag(PcreOptions.Caseless)) netOptions |= RegexOptions.IgnoreCase;
        if (options.HasFlag(PcreOptions.Multiline)) netOptions |= RegexOptions.Multiline;
        if (options.HasFlag(PcreOptions.DotAll)) netOptions |= RegexOptions.Singleline;
        return BoundedRegex.Compile(translated, netOptions);
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
            case '|': NoAtom("|"); break;
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
        else if (c is 'A' or 'z' or 'Z' or 'G' or 'b' or 'B') NoAtom($"\\{c}");
        else if (c == 'Q') _input.TakeQuoted(literal => Atom(CharacterClasses.Literal(literal)));
        else if (c == 'E') return;
        else if (c == 'R') Atom(@"(?:\r\n|[\n-\r\u0085\u2028\u2029])");
        else if (c == 'N') Atom(@"[^\n]");
        else if (c is 'p' or 'P') Atom($"\\{c}{_input.TakeProperty()}");
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
        else throw new PatternException($"reference to group {number}, which does not exist (write a character as \\x{{..}})");
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
        if (_input.TakeGroupName() is { } name)
        {
            if (!_names.TryAdd(name, _groupCount + 1)) throw new PatternException($"two named subpatterns have the same name {name}");
            Open("(", isCapture: true);
        }
        else if (_input.TakeIf("P=")) BackReference(_input.TakeUntilClose());
        else if (_input.TakeCondition() is { } condition) Open($"(?({condition})", isCapture: false);
        else TranslateFlags();
    }

    /// <summary><c>(?i)</c> to the end of the group, <c>(?i-s: … )</c> for a group of its own.</summary>
    private void TranslateFlags()
    {
        var (flags, isGroup) = _input.TakeFlags();
        var outer = (_output.Length, _isUngreedy, _isExtended);
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
        if (isCapture) _groupCount++;
        Open((_output.Length, _isUngreedy, _isExtended), head);
    }

    private void Open((int, bool, bool) outer, string head)
    {
        if (_groups.Count >= BoundedRegex.MaxNesting) throw new PatternException("parentheses are too deeply nested");
        _groups.Push(outer);
        NoAtom(head);
    }

    private void Close()
    {
        if (!_groups.TryPop(out var group)) throw new PatternException("unmatched closing parenthesis");
        _output.Append(')');
        (_atom, _isUngreedy, _isExtended) = group;
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
}
