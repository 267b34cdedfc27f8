namespace BulkRelay.Core.Configuration.Tables;

/// <summary>
/// <c>pipemap:{ type:name, type:name }</c>: the result of each table is the key for the next. The first that does not know its key ends the
/// search without a result.
/// </summary>
public sealed class PipeTable(string name, ILookupTable[] tables) : ILookupTable
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool MatchesPatterns { get; } = tables.All(t => t.MatchesPatterns);

    /// <inheritdoc/>
    public IEnumerable<TableEntry> Entries => tables[^1].Entries;

    /// <inheritdoc/>
    public async ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel)
    {
        var found = LookupResult.Found(key);
        foreach (var table in tables)
        {
            found = await table.LookupAsync(found.Value!, cancel);
            if (!found.IsFound) return found;
        }
        return found;
    }

    internal static ILookupTable Open(TableOpening opening) => opening.Words() is { } names
        ? new PipeTable(opening.Name, [.. names.Select(opening.Part)])
        : opening.Refuse("bad syntax; need 'pipemap:{type:name ...}'");
}
