using System.Text;

namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>A bracket expression of POSIX, <c>[a-z[:digit:]]</c>: a backslash is nothing special in it.</summary>
internal static class PosixBracket
{
    /// <summary>Translates the expression whose <c>[</c> stands before <paramref name="at"/>, and moves behind its end.</summary>
    /// <exception cref="PatternException">It is not valid.</exception>
    public static string Translate(string pattern, ref int at, bool isMultiline)
    {
        var output = new StringBuilder("[");
        var isNegated = at < pattern.Length && pattern[at] == '^';
        if (isNegated)
        {
            at++;
            output.Append(isMultiline ? @"^\n" : "^");
        }
        for (var first = true; ; first = false)
        {
            if (at >= pattern.Length) throw new PatternException("Unmatched [, [^, [:, [., or [=");
            if (pattern[at] == ']' && !first) break;
            if (pattern.AsSpan(at).StartsWith("[:")) AppendClass(output, Name(pattern, ref at, ":]"));
            else AppendRange(output, pattern, ref at);
        }
        at++;
        return output.Append(']').ToString();
    }

    private static void AppendClass(StringBuilder output, string name) =>
        output.Append(name is not ("ascii" or "word" or "vertical" or "horizontal") && CharacterClasses.Ranges(name, complement: false) is { } ranges
            ? ranges : throw new PatternException("Invalid character class name"));

    private static void AppendRange(StringBuilder output, string pattern, ref int at)
    {
        var first = Element(pattern, ref at);
        output.Append(CharacterClasses.Literal(first));
        if (at + 1 >= pattern.Length || pattern[at] != '-' || pattern[at + 1] == ']') return;
        at++;
        var last = Element(pattern, ref at);
        if (last < first) throw new PatternException("Invalid range end");
        output.Append('-').Append(CharacterClasses.Literal(last));
    }

    private static char Element(string pattern, ref int at)
    {
        if (!pattern.AsSpan(at).StartsWith("[.") && !pattern.AsSpan(at).StartsWith("[=")) return pattern[at++];
        var name = Name(pattern, ref at, $"{pattern[at + 1]}]");
        return name.Length == 1 ? name[0] : throw new PatternException("Invalid collation character");
    }

    /// <summary>The text between <c>[:</c> (or <c>[.</c>, <c>[=</c>) and its end.</summary>
    private static string Name(string pattern, ref int at, string close)
    {
        var end = pattern.IndexOf(close, at + 2, StringComparison.Ordinal);
        if (end < 0) throw new PatternException("Unmatched [, [^, [:, [., or [=");
        var name = pattern[(at + 2)..end];
        at = end + 2;
        return name;
    }
}
