using System.Globalization;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>Takes a Perl-compatible pattern apart, from left to right.</summary>
/// <param name="pattern">The pattern, in octets or characters.</param>
/// <param name="readsCharacters">Whether it is of characters; what is given by its number is an octet else.</param>
internal sealed class PcreReader(string pattern, bool readsCharacters)
{
    private int _at;

    public bool IsAtEnd => _at >= pattern.Length;

    public char Take() => pattern[_at++];

    public bool Peek(char c) => _at < pattern.Length && pattern[_at] == c;

    public bool Peek(string text) => pattern.AsSpan(_at).StartsWith(text, StringComparison.Ordinal);

    /// <summary>Moves behind the text if it comes next.</summary>
    public bool TakeIf(string text)
    {
        if (!pattern.AsSpan(_at).StartsWith(text, StringComparison.Ordinal)) return false;
        _at += text.Length;
        return true;
    }

    /// <summary>Moves behind the next <paramref name="end"/>, or to the end of the pattern and gives false.</summary>
    public bool TakeUntil(char end)
    {
        var found = pattern.IndexOf(end, _at);
        _at = found < 0 ? pattern.Length : found + 1;
        return found >= 0;
    }

    /// <summary>The rest of <c>{n}</c>, <c>{n,}</c> or <c>{n,m}</c> as a quantifier; null if the brace is a mere character.</summary>
    public string? TakeInterval()
    {
        var end = pattern.IndexOf('}', _at);
        var bounds = end < 0 ? [] : pattern[_at..end].Split(',');
        if (bounds.Length is 0 or > 2 || !IsNumber(bounds[0]) || (bounds[^1].Length > 0 && !IsNumber(bounds[^1]))) return null;
        if (!TryBound(bounds[0], out var least) || (bounds[^1].Length > 0 && (!TryBound(bounds[^1], out var most) || most < least)))
            throw new PatternException("numbers out of order or too big in {} quantifier");
        var interval = $"{{{pattern[_at..end]}}}";
        _at = end + 1;
        return interval;
    }

    /// <summary>Hands over the characters up to <c>\E</c> or the end.</summary>
    public void TakeQuoted(Action<char> take)
    {
        var end = pattern.IndexOf(@"\E", _at, StringComparison.Ordinal);
        var text = pattern[_at..(end < 0 ? pattern.Length : end)];
        _at = end < 0 ? pattern.Length : end + 2;
        foreach (var c in text) take(c);
    }

    /// <summary>Up to <paramref name="most"/> decimal digits.</summary>
    public string TakeDigits(int most) => TakeWhile(most, char.IsAsciiDigit);

    /// <summary>Goes back by some characters.</summary>
    public void PutBack(int count) => _at -= count;

    /// <summary>The character whose number begins with an octal digit that was taken, and has up to two more.</summary>
    public char TakeOctal(char first) => Number(Convert.ToInt32(first + TakeWhile(2, d => d is >= '0' and <= '7'), 8));

    /// <summary>The character that an escape stands for; <paramref name="c"/> is what follows the backslash.</summary>
    public char TakeEscaped(char c) => c switch
    {
        'a' => '\a',
        'e' => '\x1b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => TakeOctal('0'),
        'o' => Code(TakeBraced("o") ?? throw new PatternException("missing { after \\o"), 8),
        'x' => Code(TakeBraced("x") ?? "0" + TakeWhile(2, char.IsAsciiHexDigit), 16),
        'c' => IsAtEnd ? throw new PatternException("\\c at end of pattern") : (char)(char.ToUpperInvariant(Take()) ^ 64),
        'C' or 'X' => throw new PatternException($"\\{c} is not supported"),
        _ when char.IsAsciiLetterOrDigit(c) => throw new PatternException($"unrecognized character follows \\: {c}"),
        _ => c,
    };

    /// <summary><c>\p{Lu}</c>, <c>\pL</c>, <c>\p{^L}</c>, of which the letter was taken, in the form of .NET.</summary>
    public string TakeProperty(char letter)
    {
        var name = TakeBraced("p") ?? (IsAtEnd ? throw new PatternException("malformed \\P or \\p sequence") : Take().ToString());
        if (!name.StartsWith('^')) return $"\\{letter}{{{name}}}";
        return $"\\{(letter == 'p' ? 'P' : 'p')}{{{name[1..]}}}";
    }

    /// <summary>The name in <c>\k&lt;n&gt;</c>, <c>\k{n}</c>, <c>\k'n'</c>.</summary>
    public string TakeName() =>
        TakeBraced("k") ?? TakeDelimited("<", '>') ?? TakeDelimited("'", '\'')
            ?? throw new PatternException("\\k is not followed by a braced, angle-bracketed, or quoted name");

    /// <summary>The name or number in <c>\g{n}</c>, <c>\g{-1}</c>, <c>\g1</c>.</summary>
    public string TakeReference()
    {
        if (Peek('<') || Peek('\'')) throw new PatternException("calling a subpattern (\\g<…>) is not supported");
        var reference = TakeBraced("g") ?? (TakeIf("-") ? "-" : "") + TakeDigits(5);
        return reference is "" or "-" ? throw new PatternException("a numbered reference must not be zero") : reference;
    }

    /// <summary>The name in <c>(?&lt;n&gt;</c>, <c>(?P&lt;n&gt;</c>, <c>(?'n'</c>; null if no name comes next.</summary>
    public string? TakeGroupName() => TakeDelimited("P<", '>') ?? TakeDelimited("<", '>') ?? TakeDelimited("'", '\'');

    /// <summary>The number or name in <c>(?(1)</c>, <c>(?(&lt;n&gt;)</c>, <c>(?('n')</c>; null if no condition comes next.</summary>
    public string? TakeCondition()
    {
        if (!TakeIf("(")) return null;
        var group = TakeUntilClose();
        if (group is ['<', .., '>'] or ['\'', .., '\'']) return group[1..^1];
        return IsNumber(group) && group.Length < 6 ? group : throw new PatternException($"condition (?({group}) is not supported: give the number or name of a group");
    }

    /// <summary>The text up to the next <c>)</c>.</summary>
    public string TakeUntilClose()
    {
        var start = _at;
        return TakeUntil(')') ? pattern[start..(_at - 1)] : throw new PatternException("missing closing parenthesis");
    }

    /// <summary>The letters of <c>(?im-s)</c> or <c>(?im-s:</c>, and which of the two it is.</summary>
    public (string Flags, bool IsGroup) TakeFlags()
    {
        var flags = TakeWhile(20, c => c is 'i' or 'm' or 's' or 'x' or 'U' or '-');
        if (IsAtEnd) throw new PatternException("missing closing parenthesis");
        var end = Take();
        var isWellFormed = end is ')' or ':' && flags.IndexOf('-', StringComparison.Ordinal) == flags.LastIndexOf('-');
        return isWellFormed ? (flags, end == ':') : throw new PatternException($"(?{flags}{end} is not supported");
    }

    /// <summary>The name of <c>[:name:]</c> inside a class; null if none comes next.</summary>
    public string? TakePosixClass()
    {
        var end = pattern.AsSpan(_at).StartsWith("[:") ? pattern.IndexOf(":]", _at + 2, StringComparison.Ordinal) : -1;
        if (end < 0 || pattern.AsSpan(_at + 2, end - _at - 2).ContainsAny("\\[]")) return null;
        var name = pattern[(_at + 2)..end];
        _at = end + 2;
        return name;
    }

    /// <summary>True if <c>[.x.]</c> or <c>[=x=]</c> comes next inside a class.</summary>
    public bool PeekCollating()
    {
        if (!Peek("[.") && !Peek("[=")) return false;
        var end = pattern.IndexOf(']', _at + 3);
        return end > 0 && pattern[end - 1] == pattern[_at + 1] && pattern.AsSpan(_at + 2, end - _at - 3).IndexOf('[') < 0;
    }

    /// <summary>The letter of an escape that stands for a set (<c>\d \W \p</c> …); null if none comes next.</summary>
    public char? TakeSetEscape()
    {
        if (_at + 1 >= pattern.Length || pattern[_at] != '\\') return null;
        var letter = pattern[_at + 1];
        if (letter is not ('p' or 'P') && CharacterClasses.OfEscape(letter) is null) return null;
        _at += 2;
        return letter;
    }

    private string? TakeBraced(string escape)
    {
        if (!Peek('{')) return null;
        return TakeDelimited("{", '}') ?? throw new PatternException($"missing }} after \\{escape}{{");
    }

    private string? TakeDelimited(string open, char close)
    {
        var end = pattern.AsSpan(_at).StartsWith(open, StringComparison.Ordinal) ? pattern.IndexOf(close, _at + open.Length) : -1;
        if (end < 0) return null;
        var text = pattern[(_at + open.Length)..end];
        _at = end + 1;
        return text;
    }

    private string TakeWhile(int most, Func<char, bool> belongs)
    {
        var start = _at;
        while (_at < pattern.Length && _at - start < most && belongs(pattern[_at])) _at++;
        return pattern[start.._at];
    }

    private char Code(string digits, int radix) =>
        digits.Length is > 0 and <= 7 && digits.All(d => radix == 16 ? char.IsAsciiHexDigit(d) : d is >= '0' and <= '7')
            ? Number(Convert.ToInt32(digits, radix)) : throw new PatternException($"character code {digits} is not valid or too large");

    private char Number(int number) =>
        number > (readsCharacters ? char.MaxValue : byte.MaxValue) ? throw new PatternException($"character code {number} is too large")
            : readsCharacters ? (char)number : OctetText.Of((byte)number);

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private static bool TryBound(string text, out int bound) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bound) && bound <= ushort.MaxValue;
}
