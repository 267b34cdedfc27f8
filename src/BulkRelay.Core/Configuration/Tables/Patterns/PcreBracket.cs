using System.Text;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>A character class of a Perl-compatible pattern, <c>[\w.-[:upper:]]</c>.</summary>
internal static class PcreBracket
{
    /// <summary>Translates the class whose <c>[</c> was just taken.</summary>
    /// <exception cref="PatternException">It is not valid.</exception>
    public static string Translate(PcreReader input)
    {
        var output = new StringBuilder(input.TakeIf("^") ? "[^" : "[");
        for (var first = true; ; first = false)
        {
            if (input.IsAtEnd) throw new PatternException("missing terminating ] for character class");
            if (input.Peek(']') && !first) break;
            AppendElement(output, input);
        }
        input.Take();
        return output.Append(']').ToString();
    }

    private static void AppendElement(StringBuilder output, PcreReader input)
    {
        if (input.TakeIf(@"\E")) return;
        if (input.PeekCollating()) throw new PatternException("POSIX collating elements are not supported");
        if (TakeSet(input) is { } set)
        {
            output.Append(set);
            if (input.Peek('-') && !input.Peek("-]")) throw new PatternException("invalid range in character class");
            return;
        }
        var low = TakeCharacter(input);
        output.Append(CharacterClasses.Literal(low));
        if (!input.TakeIf("-")) return;
        if (input.IsAtEnd || input.Peek(']'))
        {
            output.Append(CharacterClasses.Literal('-'));
        }
        else
        {
            if (TakeSet(input) is not null) throw new PatternException("invalid range in character class");
            var high = TakeCharacter(input);
            if (high < low) throw new PatternException("range out of order in character class");
            output.Append('-').Append(CharacterClasses.Literal(high));
        }
    }

    /// <summary><c>[:name:]</c>, <c>\w</c>, <c>\p{…}</c>: a set, that can be no end of a range. Null if none comes next.</summary>
    private static string? TakeSet(PcreReader input)
    {
        if (input.TakePosixClass() is { } name)
            return ClassOf(name.TrimStart('^'), isNegated: name.StartsWith('^'));
        if (input.TakeSetEscape() is not { } letter) return null;
        return letter is 'p' or 'P' ? input.TakeProperty(letter)
            : CharacterClasses.Ranges(CharacterClasses.OfEscape(letter)!, complement: char.IsAsciiLetterUpper(letter));
    }

    private static string ClassOf(string name, bool isNegated) =>
        (name is "vertical" or "horizontal" ? null : CharacterClasses.Ranges(name, isNegated)) ?? throw new PatternException("unknown POSIX class name");

    private static char TakeCharacter(PcreReader input)
    {
        var c = input.Take();
        if (c != '\\') return c;
        if (input.IsAtEnd) throw new PatternException("\\ at end of pattern");
        var escaped = input.Take();
        return escaped switch
        {
            'b' => '\b',
            >= '1' and <= '7' => input.TakeOctal(escaped),
            '8' or '9' => escaped,
            _ => input.TakeEscaped(escaped),
        };
    }
}
