namespace BulkRelay.Core.Configuration.Tables;

/// <summary>A lookup table, named <c>type:name</c> in the configuration. Instances are safe for use by many sessions at once.</summary>
public interface ILookupTable
{
    /// <summary>As the configuration names it, for reasons and logs: <c>hash:/etc/bulkrelay/transport</c>.</summary>
    string Name { get; }

    /// <summary>
    /// True for tables that match patterns (<c>regexp</c>, <c>pcre</c>, <c>cidr</c>): they are asked for the whole address only,
    /// not for its parts.
    /// </summary>
    bool MatchesPatterns { get; }

    /// <summary>The file in which the entries stand, a full path; empty if they stand in the name.</summary>
    string SourceFile => "";

    /// <summary>All entries whose values a look-up can give, as far as they can be listed: of a <c>pipemap</c> those of its last table.</summary>
    IEnumerable<TableEntry> Entries => [];

    /// <summary>The lines of the source in which the keys stand, as far as they are found.</summary>
    IReadOnlyDictionary<string, int> LinesOf(IReadOnlySet<string> keys) => new Dictionary<string, int>();

    /// <summary>Looks the key up. A table that cannot answer gives <see cref="LookupResult.Unavailable"/>, it does not throw.</summary>
    ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel);
}
