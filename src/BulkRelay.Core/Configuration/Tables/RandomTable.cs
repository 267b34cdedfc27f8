namespace BulkRelay.Core.Configuration.Tables;

/// <summary><c>randmap:{ value, value }</c>: for every key, one of the values by chance.</summary>
public sealed class RandomTable(string name, IReadOnlyList<string> values) : ILookupTable
{
    private readonly LookupResult[] _answers = [.. values.Select(LookupResult.Found)];

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool MatchesPatterns => true;

    /// <inheritdoc/>
    public IEnumerable<TableEntry> Entries => values.Select(value => new TableEntry(this, "", value, 0));

    /// <inheritdoc/>
    public ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel) => new(_answers[Random.Shared.Next(_answers.Length)]);

    internal static ILookupTable Open(TableOpening opening) => opening.Words() is { } values
        ? new RandomTable(opening.Name, values)
        : opening.Refuse("bad syntax; need 'randmap:{value ...}'");
}
