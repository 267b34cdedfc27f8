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
            var end = EndOfWord(text, i);
            var word = text[i..end];
            if (text[i] == '{' && InsideBraces(word, out fault) is null) return null;
            words.Add(word);
            i = end;
        }
        return words;
    }

    /// <summary>What is between <c>{</c> at the start and the <c>}</c> that closes it at the end, without blanks at its ends; null and a fault if they are not there.</summary>
    public static string? InsideBraces(string text, out string? fault)
    {
        var end = text.StartsWith('{') ? EndOfBraces(text, 0) : 0;
        fault = end == 0 ? $"missing '{{' in '{text}'"
            : end < 0 ? $"missing '}}' in '{text}'"
            : text.AsSpan(end).IsWhiteSpace() ? null : $"syntax error after '}}' in '{text}'";
        return fault is null ? text[1..(end - 1)].Trim() : null;
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
