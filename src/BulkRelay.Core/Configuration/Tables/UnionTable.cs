namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// <c>unionmap:{ type:name, type:name }</c>: the results of all the tables that know the key, joined by commas. If one cannot answer, neither can
/// the union.
/// </summary>
public sealed class UnionTable(string name, ILookupTable[] tables) : ILookupTable
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool MatchesPatterns { get; } = tables.All(t => t.MatchesPatterns);

    /// <inheritdoc/>
    public IEnumerable<TableEntry> Entries => tables.SelectMany(t => t.Entries);

    /// <inheritdoc/>
    public async ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel)
    {
        string? values = null;
        foreach (var table in tables)
        {
            var found = await table.LookupAsync(key, cancel);
            if (found.IsFailure) return found;
            if (found.IsFound) values = values is null ? found.Value : $"{values},{found.Value}";
        }
        return values is null ? LookupResult.NotFound : LookupResult.Found(values);
    }

    internal static ILookupTable Open(TableOpening opening) => opening.Words() is { } names
        ? new UnionTable(opening.Name, [.. names.Select(opening.Part)])
        : opening.Refuse("bad syntax; need 'unionmap:{type:name ...}'");
}
