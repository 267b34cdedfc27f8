using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// A list of domains in the syntax of <c>mydestination</c> and <c>relay_domains</c>: names, <c>.name</c> for its sub-domains,
/// <c>/file</c>, <c>type:table</c>, each with <c>!</c> to exclude. The first element that matches decides. Immutable and compiled once; safe
/// for many threads.
/// </summary>
public sealed class DomainMatchList
{
    private readonly List<MatchGroup> _groups = [];

    private DomainMatchList()
    {
    }

    /// <summary>True if the answer may change while the list stays the same, because a table is asked.</summary>
    public bool HasTables => _groups.Exists(g => g.Table is not null);

    /// <summary>Compiles a list. Faults go to <paramref name="tables"/> and name the parameter, and the file where there is one.</summary>
    /// <param name="parameter">The parameter that the list is the value of.</param>
    /// <param name="list">The value.</param>
    /// <param name="tables">Opens the tables of the list.</param>
    /// <param name="parentsMatch">Whether a name stands for its sub-domains (<c>parent_domain_matches_subdomains</c> names the parameter).</param>
    public static DomainMatchList Parse(string parameter, string list, LookupTableSet tables, bool parentsMatch)
    {
        var result = new DomainMatchList();
        foreach (var item in new MatchListReader(parameter, tables).Read(list))
        {
            var group = MatchGroup.For(result._groups, item.IsExclusion, item.Table, parentsMatch);
            if (item.Table is null) group.Names.Add(item.Pattern);
        }
        return result;
    }

    /// <summary>Decides whether a domain is in the list.</summary>
    public async ValueTask<MatchResult> MatchAsync(string domain, CancellationToken cancel)
    {
        foreach (var group in _groups)
        {
            var found = group.Table is not null ? await group.AskTableAsync(domain, withParents: true, cancel)
                : group.Names.Contains(domain) ? MatchResult.Yes : MatchResult.No;
            if (found.Failure is not null) return found;
            if (found.IsMatch) return group.IsExclusion ? MatchResult.No : found;
        }
        return MatchResult.No;
    }
}
