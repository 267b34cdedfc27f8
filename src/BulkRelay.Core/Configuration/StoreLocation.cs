namespace BulkRelay.Core.Configuration;

/// <summary>Where the queue is: the kind of the store and the place that it understands, written <c>kind:place</c>.</summary>
/// <param name="Kind">In lower case: <c>sqlite</c>, <c>postgres</c>, <c>postgresql</c>.</param>
/// <param name="Place">A file for <c>sqlite</c>; libpq's words or the rest of its URI for PostgreSQL. May hold a password.</param>
public sealed record StoreLocation(string Kind, string Place)
{
    /// <summary>Reads <c>kind:place</c>.</summary>
    public static StoreLocation? Parse(string value, out string? fault)
    {
        var colon = value.IndexOf(':', StringComparison.Ordinal);
        fault = colon > 0 && colon < value.Length - 1
            ? null : "bad store: use kind:place, as in sqlite:$queue_directory/queue.db or postgres:host=/var/run/postgresql dbname=bulkrelay";
        return fault is null ? new StoreLocation(value[..colon].ToLowerInvariant(), value[(colon + 1)..]) : null;
    }

    /// <summary>Without the place, which may hold a password.</summary>
    public override string ToString() => $"{Kind}:…";
}
