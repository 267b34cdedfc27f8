using System.Collections.Frozen;

namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// <c>inline:{ key=value, { key = text with blanks or commas } }</c>: the entries stand in the name. Of two entries with one key the
/// last counts, as in Postfix.
/// </summary>
public sealed class InlineTable : ILookupTable
{
    private readonly FrozenDictionary<string, string> _entries;

    private InlineTable(string name, Dictionary<string, string> entries)
    {
        Name = name;
        _entries = entries.ToFrozenDictionary(entries.Comparer);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool MatchesPatterns => false;

    /// <inheritdoc/>
    public IEnumerable<TableEntry> Entries => _entries.Select(e => new TableEntry(this, e.Key, e.Value, 0));

    /// <inheritdoc/>
    public ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel) =>
        new(_entries.TryGetValue(key, out var value) ? LookupResult.Found(value) : LookupResult.NotFound);

    internal static ILookupTable Open(TableOpening opening)
    {
        if (opening.Words() is not { } words) return opening.Refuse("bad syntax; need 'inline:{name=value ...}'");
        var entries = new Dictionary<string, string>(opening.Set.Folding);
        foreach (var word in words)
        {
            string? fault = null;
            var text = word.StartsWith('{') ? ParameterList.InsideBraces(word, out fault) : word;
            if (text is null || Setting.TryParse(text, "", 0, out fault) is not { } entry)
                return opening.Refuse($"{fault}: '{word}'; need 'inline:{{name=value ...}}'");
            entries[entry.Name] = entry.Value;
        }
        return new InlineTable(opening.Name, entries);
    }
}
