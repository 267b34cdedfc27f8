using System.Text;

namespace BulkRelay.Core.Configuration;

/// <summary>One piece of a value: text as it is, or the inside of a <c>$</c> expression.</summary>
internal readonly record struct MacroPart(string Text, bool IsExpression);

/// <summary>Takes values with <c>$</c> expressions apart, without looking anything up.</summary>
internal static class MacroSyntax
{
    private const string Blanks = " \t\r\n\v\f";
    private const int MaxDepth = 100;
    private const int ShownLength = 20;

    /// <summary>Splits into text and expressions; <c>$$</c> is text, one dollar sign.</summary>
    /// <exception cref="MacroException">An expression is not closed or has no name.</exception>
    public static IReadOnlyList<MacroPart> Split(string text)
    {
        var parts = new List<MacroPart>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '$') literal.Append(text[i++]);
            else if (i + 1 < text.Length && text[i + 1] == '$')
            {
                literal.Append('$');
                i += 2;
            }
            else
            {
                if (literal.Length > 0) parts.Add(new(literal.ToString(), false));
                literal.Clear();
                parts.Add(new(TakeExpression(text, ref i), true));
            }
        }
        if (literal.Length > 0) parts.Add(new(literal.ToString(), false));
        return parts;
    }

    /// <summary>Parses what <see cref="Split"/> gave as an expression.</summary>
    /// <exception cref="MacroException">It is not a name, a conditional or a comparison.</exception>
    public static MacroExpression Parse(string text)
    {
        var at = SkipBlanks(text, 0);
        MacroComparison? comparison = null;
        var name = "";
        if (at < text.Length && text[at] == '{') comparison = TakeComparison(text, ref at);
        else name = TakeName(text, ref at);
        if (at == text.Length) return new(name, comparison, null, null);

        string? ifTrue = null, ifFalse = null;
        if (text[at] is not ('?' or ':')) throw Unexpected("\"?\" or \":\" expected", "}", text, at);
        if (text[at] == '?')
        {
            at++;
            ifTrue = TakeBranch(text, ref at);
            if (at < text.Length && text[at] != ':') throw Unexpected("\":\" expected", $"{ifTrue}}}", text, at);
        }
        if (at < text.Length)
        {
            at++;
            ifFalse = TakeBranch(text, ref at);
            if (at < text.Length) throw Unexpected("unexpected input", $"{ifFalse}}}", text, at);
        }
        return new(name, comparison, ifTrue, ifFalse);
    }

    /// <summary>
    /// Calls <paramref name="visit"/> with every name that a value mentions, in both branches of conditionals too. Stops at the first
    /// syntax error, which expansion reports.
    /// </summary>
    public static void VisitNames(string text, Action<string> visit)
    {
        try
        {
            Visit(text, visit, 0);
        }
        catch (MacroException)
        {
            // Whoever expands the value says what is wrong, with file and line.
        }
    }

    private static void Visit(string text, Action<string> visit, int depth)
    {
        if (depth > MaxDepth || !text.Contains('$', StringComparison.Ordinal)) return;
        foreach (var part in Split(text))
        {
            if (!part.IsExpression) continue;
            var expression = Parse(part.Text);
            if (expression.Comparison is { } comparison)
            {
                Visit(comparison.Left, visit, depth + 1);
                Visit(comparison.Right, visit, depth + 1);
            }
            else visit(expression.Name);
            Visit(expression.IfTrue ?? "", visit, depth + 1);
            Visit(expression.IfFalse ?? "", visit, depth + 1);
        }
    }

    private static string TakeExpression(string text, ref int at)
    {
        var start = ++at;
        string inside;
        if (at < text.Length && text[at] is '{' or '(')
        {
            var end = EndOfBrackets(text, at, text[at], text[at] == '{' ? '}' : ')');
            if (end < 0) throw new MacroException($"truncated macro reference: \"{text}\": add a '{(text[at] == '{' ? '}' : ')')}'");
            inside = text[(at + 1)..(end - 1)];
            at = end;
        }
        else
        {
            while (at < text.Length && IsNameCharacter(text[at])) at++;
            inside = text[start..at];
        }
        if (inside.Length == 0) throw new MacroException($"empty macro name: \"{text}\": write '$$' for a dollar sign");
        return inside;
    }

    private static string TakeName(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && IsNameCharacter(text[at])) at++;
        var end = at;
        at = SkipBlanks(text, at);
        if (at < text.Length && text[at] is not ('?' or ':')) throw Unexpected("attribute name syntax error", text[start..end], text, end);
        return text[start..end];
    }

    private static MacroComparison TakeComparison(string text, ref int at)
    {
        var left = TakeBraces(text, ref at);
        var start = at;
        while (at < text.Length && "<>!=?+-*/~&|%".Contains(text[at], StringComparison.Ordinal)) at++;
        var op = text[start..at];
        if (!MacroComparison.Operators.Contains(op))
            throw Unexpected($"{string.Join(" or ", MacroComparison.Operators.Select(o => $"\"{o}\""))} expected", $"{left}}}", text, start);
        start = at;
        while (at < text.Length && char.IsAsciiLetterOrDigit(text[at])) at++;
        var suffix = text[start..at];
        if (suffix is not ("" or "level")) throw Unexpected("bad operator suffix", op, text, start);
        at = SkipBlanks(text, at);
        if (at == text.Length || text[at] != '{') throw Unexpected("\"{expression}\" expected", $"{{{left}}} {op}{suffix}", text, at);
        return new(left, op, suffix.Length > 0, TakeBraces(text, ref at));
    }

    /// <summary>The text after <c>?</c> or <c>:</c>: <c>{text}</c>, or everything up to the end.</summary>
    private static string TakeBranch(string text, ref int at)
    {
        var brace = SkipBlanks(text, at);
        if (brace < text.Length && text[brace] == '{')
        {
            at = brace;
            return TakeBraces(text, ref at);
        }
        var rest = text[at..];
        at = text.Length;
        return rest;
    }

    private static string TakeBraces(string text, ref int at)
    {
        var end = EndOfBrackets(text, at, '{', '}');
        if (end < 0) throw new MacroException($"unbalanced {{}} in attribute expression: \"{text}\"");
        var inside = text[(at + 1)..(end - 1)];
        at = SkipBlanks(text, end);
        return inside;
    }

    /// <summary>A fault in Postfix's words: what is wrong, what was read, and what comes next.</summary>
    private static MacroException Unexpected(string fault, string before, string text, int at) =>
        new($"{fault} at: \"...{before}>>>{text.AsSpan(at, Math.Min(ShownLength, text.Length - at))}\"");

    private static int EndOfBrackets(string text, int start, char open, char close)
    {
        var depth = 0;
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == open) depth++;
            else if (text[i] == close && --depth == 0) return i + 1;
        }
        return -1;
    }

    private static int SkipBlanks(string text, int at)
    {
        while (at < text.Length && Blanks.Contains(text[at], StringComparison.Ordinal)) at++;
        return at;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
