namespace BulkRelay.Core.Queue;

/// <summary>
/// The entries that wait in one destination's memory, first come first served. Half of the room is for mail that is handed over fresh,
/// half for mail read from the store, so that neither a flood nor a backlog locks the other out. Counts recipients. Belongs to the
/// destination's actor.
/// </summary>
internal sealed class EntryWindow(QueueServices services)
{
    private readonly Queue<(QueueEntry Entry, bool IsRead)> _entries = new();
    private int _recipients;
    private int _read;

    /// <summary>Entries that wait.</summary>
    public int Count => _entries.Count;

    /// <summary>Recipients that wait.</summary>
    public int Recipients => _recipients;

    /// <summary>Takes an entry in, if there is room for it.</summary>
    /// <param name="entry">A claimed entry.</param>
    /// <param name="isRead">True if it was read from the store, false if it was handed over.</param>
    /// <param name="outstanding">Recipients of the destination that wait no more but are still in memory.</param>
    public bool TryAdd(QueueEntry entry, bool isRead, int outstanding)
    {
        var limits = services.Configuration.ActiveLimits;
        var count = entry.Recipients.Count;
        var total = _recipients + outstanding + count;
        // An entry may be larger than the window: alone it is let in.
        var isAlone = total == count;
        if (!isAlone && (total > limits.PerDestination || Share(isRead) + count > limits.PerDestination / 2)) return false;
        if (!services.Active.TryTake(count, limits, isAlone || total <= limits.Reserved)) return false;
        _entries.Enqueue((entry, isRead));
        Add(isRead, count);
        return true;
    }

    /// <summary>The first entry. There must be one.</summary>
    public QueueEntry First => _entries.Peek().Entry;

    /// <summary>Takes the first entry out. There must be one.</summary>
    public QueueEntry Take()
    {
        var (entry, isRead) = _entries.Dequeue();
        Add(isRead, -entry.Recipients.Count);
        return entry;
    }

    /// <summary>
    /// How many recipients to read from the store: 0 until the share of the store has run down to a quarter, or while memory is full.
    /// </summary>
    public int Wanted(int outstanding)
    {
        var limits = services.Configuration.ActiveLimits;
        var total = _recipients + outstanding;
        var share = Math.Max(1, limits.PerDestination / 2);
        if (_read > share / 4) return 0;
        var room = Math.Min(share - _read, limits.PerDestination - total);
        var free = Math.Min(limits.Recipients - services.Active.Recipients, limits.Entries - services.Active.Entries);
        return Math.Max(0, Math.Min(room, Math.Max(free, limits.Reserved - total)));
    }

    /// <summary>Drops the entries that match, or all; their mail stays in the store.</summary>
    /// <returns>How many were dropped.</returns>
    public int Drop(Predicate<QueueEntry>? match = null)
    {
        var dropped = 0;
        for (var left = _entries.Count; left > 0; left--)
        {
            var (entry, isRead) = _entries.Dequeue();
            if (match is not null && !match(entry))
            {
                _entries.Enqueue((entry, isRead));
                continue;
            }
            Add(isRead, -entry.Recipients.Count);
            services.DropActive(entry);
            dropped++;
        }
        return dropped;
    }

    private int Share(bool isRead) => isRead ? _read : _recipients - _read;

    private void Add(bool isRead, int recipients)
    {
        _recipients += recipients;
        if (isRead) _read += recipients;
    }
}
