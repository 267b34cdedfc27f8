namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// An alias file, aliases(5): <c>name: value, value</c> on each logical line. Names with special characters stand in double quotes; case
/// does not matter in them.
/// </summary>
public static class AliasFile
{
    /// <summary>The entries of a text: names without quotes, values in canonical form. Of two entries with one name the first counts.</summary>
    public static IReadOnlyDictionary<string, string> Parse(TableText text)
    {
        var entries = new Dictionary<string, string>(text.Folding);
        foreach (var line in text.Lines())
        {
            var tokens = AliasTokens.Split(line.Text);
            var colon = tokens.FindIndex(t => t.Is(':'));
            if (colon < 1 || colon + 1 == tokens.Count || tokens.FindIndex(0, colon, t => t.Is(',')) >= 0)
            {
                text.Skip(line.Number, "need name:value pair");
                continue;
            }
            if (tokens.FindIndex(0, colon, t => t.Is('@')) >= 0)
            {
                text.Skip(line.Number, "name must be local");
                continue;
            }
            var name = AliasTokens.Join(tokens[..colon], quotes: false);
            if (!entries.TryAdd(name, AliasTokens.Join(tokens[(colon + 1)..], quotes: true))) text.WarnOfDouble(line.Number, name);
        }
        return entries;
    }
}
