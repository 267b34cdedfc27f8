namespace BulkRelay.Core.Configuration.Tables;

/// <summary>The tables of one parameter (<c>transport_maps</c> …), asked in order: the first that knows the key decides.</summary>
public sealed class LookupTableList
{
    private readonly ILookupTable[] _tables;

    /// <summary>Opens the tables that a parameter's value names. Faults go to the set.</summary>
    public LookupTableList(string parameter, string value, LookupTableSet set) =>
        _tables = [.. set.OpenAll(value, parameter)];

    /// <summary>True if there is nothing to ask.</summary>
    public bool IsEmpty => _tables.Length == 0;

    /// <summary>Asks for a key. A table that cannot answer ends the search: a later one might contradict it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isPart">True for a part of an address (its domain, say): tables of patterns are not asked then.</param>
    /// <param name="cancel">Ends a look-up in a table that is slow.</param>
    public async ValueTask<LookupResult> LookupAsync(string key, bool isPart, CancellationToken cancel)
    {
        foreach (var table in _tables)
        {
            if (isPart && table.MatchesPatterns) continue;
            var found = await table.LookupAsync(key, cancel);
            if (found.IsFound || found.IsFailure) return found;
        }
        return LookupResult.NotFound;
    }
}
