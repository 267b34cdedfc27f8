using System.Collections.Concurrent;

namespace BulkRelay.Core.Queue.Routing;

/// <summary>The domains that mail went to lately. Bounded: when it is full it starts afresh.</summary>
internal sealed class RecipientDomains(bool parentsMatch)
{
    /// <summary>Some 300 octets each.</summary>
    private const int Capacity = 20_000;

    private readonly ConcurrentDictionary<string, RecipientDomain> _domains = new(StringComparer.OrdinalIgnoreCase);
    private int _count;

    /// <summary>What is known of a domain. One that is not valid is not kept.</summary>
    public RecipientDomain Get(ReadOnlySpan<char> domain)
    {
        if (_domains.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(domain, out var known)) return known;
        var added = RecipientDomain.Of(domain, parentsMatch);
        if (!added.IsValid) return added;
        if (Interlocked.Increment(ref _count) > Capacity)
        {
            _domains.Clear();
            Volatile.Write(ref _count, 1);
        }
        return _domains.GetOrAdd(added.Name, added);
    }
}
