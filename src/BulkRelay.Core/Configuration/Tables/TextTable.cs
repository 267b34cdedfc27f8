namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// A table of keys and values, one entry a line (<c>hash:/file</c>, <c>texthash:/file</c> …), as <c>postmap</c> reads it: the key ends at
/// the first blank that is not inside double quotes or after a backslash; the rest, trimmed, is the value. Case does not matter in keys.
/// Of two entries with one key the first counts.
/// </summary>
public sealed class TextTable : ILookupTable
{
    private readonly TableSource<IReadOnlyDictionary<string, string>> _source;

    private TextTable(TableOpening opening)
    {
        Name = opening.Name;
        _source = new TableSource<IReadOnlyDictionary<string, string>>(opening, opening.Set.ParserOf(opening.Name), allowsRules: false);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool MatchesPatterns => false;

    /// <summary>All entries; null if the source cannot be read.</summary>
    public IReadOnlyDictionary<string, string>? Content => _source.Current;

    /// <inheritdoc/>
    public string SourceFile => _source.File;

    /// <inheritdoc/>
    public IEnumerable<TableEntry> Entries => Content?.Select(e => new TableEntry(this, e.Key, e.Value, 0)) ?? [];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, int> LinesOf(IReadOnlySet<string> keys)
    {
        // The lines are not kept: tables have millions of them, and few are ever asked for.
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in _source.ReadAgain()?.Lines() ?? [])
        {
            var key = line.Text[..KeyLength(line.Text)];
            if (keys.Contains(key) && lines.TryAdd(key, line.Number) && lines.Count == keys.Count) break;
        }
        return lines;
    }

    /// <inheritdoc/>
    public ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel)
    {
        if (_source.Current is not { } entries) return new(LookupResult.Unavailable(_source.Failure));
        return new(entries.TryGetValue(key, out var value) ? LookupResult.Found(value) : LookupResult.NotFound);
    }

    /// <summary>The entries of a text in which each line is a key, a blank, and a value.</summary>
    public static IReadOnlyDictionary<string, string> Parse(TableText text)
    {
        var entries = new Dictionary<string, string>(text.Folding);
        foreach (var line in text.Lines())
        {
            var length = KeyLength(line.Text);
            var value = line.Text[length..].Trim();
            if (value.Length == 0)
            {
                text.Skip(line.Number, "expected format: key whitespace value");
                continue;
            }
            var key = line.Text[..length];
            if (key.EndsWith(':')) text.Warn(line.Number, "record is in \"key: value\" format; is this an alias file?");
            if (!entries.TryAdd(key, value)) text.WarnOfDouble(line.Number, key);
        }
        return entries;
    }

    internal static ILookupTable Open(TableOpening opening) => new TextTable(opening);

    private static int KeyLength(string line)
    {
        var quoted = false;
        var i = 0;
        for (; i < line.Length && (quoted || !char.IsWhiteSpace(line[i])); i++)
        {
            if (line[i] == '"') quoted = !quoted;
            else if (line[i] == '\\' && i + 1 < line.Length) i++;
        }
        return i;
    }
}
