namespace BulkRelay.Core.Configuration;

/// <summary>Splits a line of <c>master.cf</c> into words.</summary>
internal static class ServiceWords
{
    /// <summary>
    /// The words between blanks. Braces keep what is inside together, also within a word (<c>argv={a b}</c>). A brace that is not closed
    /// reaches to the end of the line.
    /// </summary>
    public static IReadOnlyList<string> Split(string text, out bool unclosed)
    {
        var words = new List<string>();
        unclosed = false;
        for (var i = 0; i < text.Length;)
        {
            if (IsBlank(text[i]))
            {
                i++;
                continue;
            }
            var start = i;
            var depth = 0;
            for (; i < text.Length && (depth > 0 || !IsBlank(text[i])); i++)
            {
                if (text[i] == '{') depth++;
                else if (text[i] == '}' && depth > 0) depth--;
            }
            unclosed |= depth > 0;
            words.Add(text[start..i]);
        }
        return words;
    }

    /// <summary>What stands inside the braces around a word, without blanks at its ends; the word itself if it does not begin with a brace.</summary>
    public static string Unwrap(string word, out string? fault)
    {
        fault = null;
        if (!word.StartsWith('{')) return word;
        var depth = 0;
        for (var i = 0; i < word.Length; i++)
        {
            if (word[i] == '{') depth++;
            else if (word[i] == '}' && --depth == 0)
            {
                if (i < word.Length - 1) fault = $"syntax error after '}}' in '{word}': put a blank between arguments";
                return word[1..i].Trim();
            }
        }
        return word[1..].Trim();
    }

    private static bool IsBlank(char c) => c is ' ' or '\t' or '\r' or '\n';
}
