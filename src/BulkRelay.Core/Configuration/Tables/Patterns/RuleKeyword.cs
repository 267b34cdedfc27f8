namespace BulkRelay.Core.Configuration.Tables.Patterns;

/// <summary>How a line of a table of patterns begins.</summary>
internal enum RuleKeyword
{
    /// <summary>With a pattern.</summary>
    None,

    /// <summary>With <c>if</c>.</summary>
    If,

    /// <summary>With <c>endif</c>.</summary>
    EndIf,
}

/// <summary>Tells rules from <c>if</c> and <c>endif</c>.</summary>
internal static class RuleKeywords
{
    /// <summary>The keyword at the start of a line, and what follows it without the blanks between.</summary>
    public static RuleKeyword Split(string line, out string rest)
    {
        var length = line.AsSpan().IndexOfAnyExcept(Letters);
        var word = length < 0 ? line : line[..length];
        var keyword = word.Equals("if", StringComparison.OrdinalIgnoreCase) ? RuleKeyword.If
            : word.Equals("endif", StringComparison.OrdinalIgnoreCase) ? RuleKeyword.EndIf : RuleKeyword.None;
        rest = keyword == RuleKeyword.None ? line : line[word.Length..].Trim();
        return keyword;
    }

    private static readonly System.Buffers.SearchValues<char> Letters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>Takes the exclamation marks (and blanks) at the start away, and says whether they negate.</summary>
    public static bool TakeNegation(ref string text)
    {
        var isNegated = false;
        for (; text.StartsWith('!'); text = text[1..].TrimStart()) isNegated = !isNegated;
        return isNegated;
    }
}
