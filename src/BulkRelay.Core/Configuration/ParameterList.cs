namespace BulkRelay.Core.Configuration;

/// <summary>Postfix's list syntax: words separated by blanks, line ends or commas; <c>{ … }</c> keeps what is inside together as one word.</summary>
public static class ParameterList
{
    /// <summary>The words of a list; null and a fault if a brace is not closed.</summary>
    public static IReadOnlyList<string>? TrySplit(string text, out string? fault)
    {
        var words = new List<string>();
        fault = null;
        for (var i = 0; i < text.Length;)
        {
            if (IsSeparator(text[i])) { i++; continue; }
            var end = text[i] == '{' ? EndOfBraces(text, i) : EndOfWord(text, i);
            if (end < 0)
            {
                fault = $"missing '}}' in '{text[i..]}'";
                return null;
            }
            words.Add(text[i..end]);
            i = end;
        }
        return words;
    }

    private static bool IsSeparator(char c) => c is ' ' or '\t' or '\r' or '\n' or ',';

    private static int EndOfWord(string text, int start)
    {
        var depth = 0;
        var i = start;
        for (; i < text.Length && (depth > 0 || !IsSeparator(text[i])); i++)
        {
            if (text[i] == '{') depth++;
            else if (text[i] == '}' && depth > 0) depth--;
        }
        return i;
    }

    private static int EndOfBraces(string text, int start)
    {
        var depth = 0;
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return i + 1;
        }
        return -1;
    }
}
