namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// An alias file, aliases(5): <c>name: value, value</c> on each logical line. Names with special characters stand in double quotes; case
/// does not matter in them.
/// </summary>
public static class AliasFile
{
    private const string Include = ":include:";

    /// <summary>The entries of a text: names without quotes, values as they stand. Of two entries with one name the first counts.</summary>
    public static IReadOnlyDictionary<string, string> Parse(TableText text)
    {
        var entries = new Dictionary<string, string>(TextTable.KeyComparer(text.FoldsCase));
        foreach (var line in text.Lines())
        {
            var colon = UnquotedIndexOf(line.Text, ':');
            var name = colon < 0 ? "" : Unquote(line.Text[..colon].Trim());
            var value = colon < 0 ? "" : line.Text[(colon + 1)..].Trim();
            if (name.Length == 0 || value.Length == 0) text.Skip(line.Number, "need name:value pair");
            else if (UnquotedIndexOf(value, '\0') == -2) text.Skip(line.Number, $"missing '\"' in the value of \"{name}\"");
            else if (value.Contains(Include, StringComparison.OrdinalIgnoreCase))
                text.Skip(line.Number, $"the value of \"{name}\" names a list in a file ({Include}), which this relay does not read: write the members here");
            else if (!entries.TryAdd(name, value)) text.Warn(line.Number, $"duplicate entry: \"{(text.FoldsCase ? name.ToLowerInvariant() : name)}\"");
        }
        return entries;
    }

    /// <summary>Where the character stands outside double quotes: -1 if nowhere, -2 if a quote is not closed.</summary>
    private static int UnquotedIndexOf(string text, char sought)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == '"') quoted = !quoted;
            else if (text[i] == sought && !quoted) return i;
        }
        return quoted ? -2 : -1;
    }

    private static string Unquote(string name) => name is ['"', .., '"'] ? name[1..^1].Replace("\\", "", StringComparison.Ordinal) : name;
}
