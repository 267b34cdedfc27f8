namespace BulkRelay.Core.Configuration.Tables;

/// <summary><c>static:value</c> or <c>static:{ value with blanks }</c>: the same value for every key.</summary>
public sealed class StaticTable(string name, string value) : ILookupTable
{
    private readonly LookupResult _answer = LookupResult.Found(value);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool MatchesPatterns => true;

    /// <inheritdoc/>
    public IEnumerable<TableEntry> Entries => [new TableEntry(this, "", value, 0)];

    /// <inheritdoc/>
    public ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel) => new(_answer);

    internal static ILookupTable Open(TableOpening opening)
    {
        if (!opening.Argument.StartsWith('{')) return new StaticTable(opening.Name, opening.Argument);
        return ParameterList.InsideBraces(opening.Argument, out var fault) is { } value
            ? new StaticTable(opening.Name, value) : opening.Refuse($"bad static:name syntax: {fault}");
    }
}
