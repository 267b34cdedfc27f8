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

    /// <summary>Looks the key up. A table that cannot answer gives <see cref="LookupResult.Unavailable"/>, it does not throw.</summary>
    ValueTask<LookupResult> LookupAsync(string key, CancellationToken cancel);
}
