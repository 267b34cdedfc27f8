namespace BulkRelay.Core.Queue.Steering;

/// <summary>
/// The patterns of a <see cref="QueueFilter"/>: the whole text, where <c>*</c> stands for any number of characters. ASCII letters match in
/// either case.
/// </summary>
public static class QueuePattern
{
    /// <summary>The most characters of a pattern.</summary>
    public const int MaxLength = 1000;

    /// <summary>True if the text matches the pattern.</summary>
    public static bool Matches(string pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, retry = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = t;
            }
            else if (p < pattern.Length && Fold(pattern[p]) == Fold(text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++retry;
            }
            else return false;
        }
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    /// <summary>The same pattern for SQL's <c>LIKE … ESCAPE '\'</c>, to be bound as a value.</summary>
    public static string ToLike(string pattern)
    {
        var like = new System.Text.StringBuilder(pattern.Length + 8);
        foreach (var c in pattern)
        {
            if (c is '%' or '_' or '\\') like.Append('\\');
            like.Append(c == '*' ? '%' : c);
        }
        return like.ToString();
    }

    private static char Fold(char c) => char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
}
