namespace BulkRelay.Core.Configuration.Tables;

/// <summary><c>fail:text</c>, and the stand-in for a table that could not be opened: no question is ever answered.</summary>
public sealed class FailTable(string name, string reason) : ILookupTable
{
    private readonly LookupResult _answer = LookupResult.Unavailable($"table {name}: {reason}");

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool MatchesPatterns => false;

    /// <inheritdoc/>
    public ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel) => new(_answer);

    internal static ILookupTable Open(TableOpening opening) => new FailTable(opening.Name, "always fails, as its name asks");
}
