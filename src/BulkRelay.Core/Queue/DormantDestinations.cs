namespace BulkRelay.Core.Queue;

/// <summary>When destinations without an actor are due. Earliest first, whatever their number.</summary>
internal sealed class DormantDestinations
{
    private readonly Dictionary<string, DateTimeOffset> _due = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> _order = new();

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> All => _due;

    /// <summary>A destination is due then, or earlier if that was known before.</summary>
    public void Add(string nexthop, DateTimeOffset due)
    {
        if (due == DateTimeOffset.MaxValue || (_due.TryGetValue(nexthop, out var known) && known <= due)) return;
        _due[nexthop] = due;
        _order.Enqueue(nexthop, due);
    }

    /// <summary>Forgets a destination. Returns when it was due; null if it was not here.</summary>
    public DateTimeOffset? Remove(string nexthop) => _due.Remove(nexthop, out var due) ? due : null;

    /// <summary>When the first one is due; null if there is none.</summary>
    public DateTimeOffset? Next()
    {
        while (_order.TryPeek(out var nexthop, out var due))
        {
            if (IsCurrent(nexthop, due)) return due;
            _order.Dequeue();
        }
        return null;
    }

    /// <summary>The first one that is due; it stays until it is removed.</summary>
    public bool TryPeekDue(DateTimeOffset now, out string nexthop)
    {
        nexthop = "";
        return Next() <= now && _order.TryPeek(out nexthop!, out _);
    }

    /// <summary>What was removed or set earlier leaves its old place in the order behind.</summary>
    private bool IsCurrent(string nexthop, DateTimeOffset due) => _due.TryGetValue(nexthop, out var current) && current == due;
}
