using System.Text;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>What a token of an alias file is.</summary>
internal enum AliasTokenKind
{
    /// <summary>A word as it stands.</summary>
    Atom,

    /// <summary>A word that stood in double quotes, or has to.</summary>
    Quoted,

    /// <summary>A comment in parentheses, or an address in brackets, with these.</summary>
    Enclosed,

    /// <summary>A single character that separates.</summary>
    Special,
}

/// <summary>A token of an alias file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text; of a quoted word without quotes.</param>
internal readonly record struct AliasToken(AliasTokenKind Kind, string Text)
{
    /// <summary>True for the separator.</summary>
    public bool Is(char special) => Kind == AliasTokenKind.Special && Text[0] == special;
}

/// <summary>Takes a line of an alias file apart as RFC 822 does an address, and puts it together again in one canonical form.</summary>
internal static class AliasTokens
{
    private const string Specials = "()<>@,;:\\\".[]";

    /// <summary>The tokens of a text. What is not closed reaches to its end.</summary>
    public static List<AliasToken> Split(string text)
    {
        var tokens = new List<AliasToken>();
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at])) at++;
            else tokens.Add(Take(text, ref at));
        }
        return tokens;
    }

    /// <summary>A text for tokens: one blank between words and after commas, none elsewhere.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="quotes">Whether quoted words get their quotes.</param>
    public static string Join(IReadOnlyList<AliasToken> tokens, bool quotes)
    {
        var text = new StringBuilder();
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind == AliasTokenKind.Quoted && quotes) AppendQuoted(text, token.Text);
            else text.Append(token.Text);
            if (token.Is(',') || (i + 1 < tokens.Count && IsApart(token, tokens[i + 1]))) text.Append(' ');
        }
        return text.ToString();
    }

    private static bool IsApart(AliasToken left, AliasToken right) =>
        left.Kind != AliasTokenKind.Special && (right.Kind != AliasTokenKind.Special || right.Is('<'));

    private static AliasToken Take(string text, ref int at) => text[at] switch
    {
        '"' => new AliasToken(AliasTokenKind.Quoted, TakeQuoted(text, ref at)),
        '(' => new AliasToken(AliasTokenKind.Enclosed, TakeComment(text, ref at)),
        '[' => new AliasToken(AliasTokenKind.Enclosed, TakeLiteral(text, ref at)),
        '\\' => TakeWord(text, ref at),
        var c when Specials.Contains(c, StringComparison.Ordinal) => new AliasToken(AliasTokenKind.Special, text[at++].ToString()),
        _ => TakeWord(text, ref at),
    };

    private static AliasToken TakeWord(string text, ref int at)
    {
        var word = new StringBuilder();
        for (; at < text.Length && !char.IsWhiteSpace(text[at]); at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            else if (text[at] != '\\' && Specials.Contains(text[at], StringComparison.Ordinal)) break;
            word.Append(text[at]);
        }
        // What only a backslash made part of the word needs quotes.
        var needsQuotes = word.ToString().AsSpan().IndexOfAny($"{Specials} \t") >= 0;
        return new AliasToken(needsQuotes ? AliasTokenKind.Quoted : AliasTokenKind.Atom, word.ToString());
    }

    private static string TakeQuoted(string text, ref int at)
    {
        var inside = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            inside.Append(text[at]);
        }
        at++;
        return inside.ToString();
    }

    private static string TakeComment(string text, ref int at)
    {
        var start = at;
        var depth = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '(') depth++;
            else if (text[at] == ')' && --depth == 0) break;
        }
        at = Math.Min(at + 1, text.Length);
        return text[start..at];
    }

    private static string TakeLiteral(string text, ref int at)
    {
        var end = text.IndexOf(']', at);
        var inside = end < 0 ? text[at..] : text[at..end];
        at = end < 0 ? text.Length : end + 1;
        return $"{inside}]";
    }

    private static void AppendQuoted(StringBuilder text, string word)
    {
        text.Append('"');
        foreach (var c in word) text.Append(c is '"' or '\\' ? $"\\{c}" : c.ToString());
        text.Append('"');
    }
}
