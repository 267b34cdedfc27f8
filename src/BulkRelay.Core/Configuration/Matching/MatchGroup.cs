using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// A run of neighbouring elements of a list that all include or all exclude: within it the order means nothing, so plain patterns are
/// kept in sets. A table is a group of its own.
/// </summary>
internal sealed class MatchGroup(bool isExclusion, ILookupTable? table, bool parentsMatch)
{
    /// <summary>True if what matches here does not match the list.</summary>
    public bool IsExclusion => isExclusion;

    /// <summary>The table; null for a group of plain patterns.</summary>
    public ILookupTable? Table => table;

    /// <summary>The plain names.</summary>
    public NameSet Names { get; } = new(parentsMatch);

    /// <summary>The addresses and networks.</summary>
    public NetworkSet Networks { get; } = new();

    /// <summary>The group for the next element: the last one if it fits, else a new one.</summary>
    public static MatchGroup For(List<MatchGroup> groups, bool isExclusion, ILookupTable? table, bool parentsMatch)
    {
        if (table is null && groups.Count > 0 && groups[^1] is { Table: null } last && last.IsExclusion == isExclusion) return last;
        groups.Add(new MatchGroup(isExclusion, table, parentsMatch));
        return groups[^1];
    }

    /// <summary>Asks the table for a name and its parents, as Postfix does; for an address the parents make no sense.</summary>
    public async ValueTask<MatchResult> AskTableAsync(string name, bool withParents, CancellationToken cancel)
    {
        if (!withParents || table!.MatchesPatterns) return ToMatch(await table!.LookupAsync(name, cancel));
        foreach (var key in NameSet.KeysOf(name, parentsMatch))
        {
            var found = ToMatch(await table.LookupAsync(key, cancel));
            if (found.IsMatch || found.Failure is not null) return found;
        }
        return MatchResult.No;
    }

    private static MatchResult ToMatch(LookupResult found) =>
        found.Failure is { } failure ? MatchResult.Unavailable(failure) : found.IsFound ? MatchResult.Yes : MatchResult.No;
}
