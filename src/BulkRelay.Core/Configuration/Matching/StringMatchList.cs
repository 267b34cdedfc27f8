using BulkRelay.Core.Configuration.Tables;

namespace BulkRelay.Core.Configuration.Matching;

/// <summary>
/// A list of words, compared whole and without case (as in <c>smtp_sasl_mechanism_filter</c>): words, <c>/file</c>, <c>type:table</c>,
/// each with <c>!</c> to exclude. The first element that matches decides. Immutable and compiled once; safe for many threads.
/// </summary>
public sealed class StringMatchList
{
    private readonly List<(bool IsExclusion, ILookupTable? Table, HashSet<string> Words)> _groups = [];

    private StringMatchList()
    {
    }

    /// <summary>True if nothing is in it.</summary>
    public bool IsEmpty => _groups.Count == 0;

    /// <summary>Compiles a list. Faults go to <paramref name="tables"/> and name the parameter, and the file where there is one.</summary>
    public static StringMatchList Parse(string parameter, string list, LookupTableSet tables)
    {
        var result = new StringMatchList();
        foreach (var item in new MatchListReader(parameter, tables).Read(list))
        {
            if (result._groups is not [.., { Table: null } last] || item.Table is not null || last.IsExclusion != item.IsExclusion)
                result._groups.Add((item.IsExclusion, item.Table, new HashSet<string>(StringComparer.OrdinalIgnoreCase)));
            if (item.Table is null) result._groups[^1].Words.Add(item.Pattern);
        }
        return result;
    }

    /// <summary>Decides whether a text is in the list.</summary>
    public async ValueTask<MatchResult> MatchAsync(string text, CancellationToken cancel)
    {
        foreach (var (isExclusion, table, words) in _groups)
        {
            var found = table is null ? default : await table.LookupAsync(text, cancel);
            if (found.Failure is { } failure) return MatchResult.Unavailable(failure);
            if (found.IsFound || words.Contains(text)) return isExclusion ? MatchResult.No : MatchResult.Yes;
        }
        return MatchResult.No;
    }
}
