using BulkRelay.Core.Queue.Flows;

namespace BulkRelay.Core.Queue;

/// <summary>
/// The entries that wait in one destination's memory, in fair order. Half of the room is for mail that is handed over fresh, half for
/// mail read from the store, so that neither a flood nor a backlog locks the other out; and where a half is full, the flow that has most
/// of it makes room for one that has less. Counts recipients. Belongs to the destination's actor.
/// </summary>
internal sealed class EntryWindow(QueueServices services)
{
    private readonly FairQueue _entries = new();
    private int _recipients;
    private int _read;
    private bool _hasDisplaced;

    /// <summary>Entries that wait.</summary>
    public int Count => _entries.Count;

    /// <summary>Recipients that wait.</summary>
    public int Recipients => _recipients;

    /// <summary>Takes an entry in, if there is room for it or a larger flow can make room.</summary>
    /// <param name="entry">A claimed entry.</param>
    /// <param name="isRead">True if it was read from the store, false if it was handed over.</param>
    /// <param name="outstanding">Recipients of the destination that wait no more but are still in memory.</param>
    public bool TryAdd(QueueEntry entry, bool isRead, int outstanding)
    {
        while (!TryTakeRoom(entry.Recipients.Count, isRead, outstanding))
            if (!TryDisplace(entry, isRead)) return false;
        _entries.Add(entry, isRead);
        Add(isRead, entry.Recipients.Count);
        return true;
    }

    /// <summary>Takes the first entry out. There must be one.</summary>
    public QueueEntry Take()
    {
        var (entry, isRead) = _entries.Take();
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

    /// <summary>The recipients that wait, by flow.</summary>
    public Dictionary<long, int> ByFlow() => _entries.Flows.ToDictionary(flow => flow.Key, flow => flow.Recipients);

    /// <summary>True if entries made room for others since the last call: their mail is in the store, and due.</summary>
    public bool TakeDisplaced()
    {
        var displaced = _hasDisplaced;
        _hasDisplaced = false;
        return displaced;
    }

    /// <summary>Drops the entries that match, or all; their mail stays in the store.</summary>
    /// <returns>How many were dropped.</returns>
    public int Drop(Predicate<QueueEntry>? match = null)
    {
        var before = Count;
        _entries.Remove(match ?? (static _ => true), Leave);
        return before - Count;
    }

    private bool TryTakeRoom(int count, bool isRead, int outstanding)
    {
        var limits = services.Configuration.ActiveLimits;
        var total = _recipients + outstanding + count;
        // An entry may be larger than the window: alone it is let in.
        var isAlone = total == count;
        if (!isAlone && (total > limits.PerDestination || Share(isRead) + count > limits.PerDestination / 2)) return false;
        return services.Active.TryTake(count, limits, isAlone || total <= limits.Reserved);
    }

    /// <summary>The last entry of the largest flow goes back to the store, unless the flow of the newcomer would be as large as that one.</summary>
    private bool TryDisplace(QueueEntry newcomer, bool isRead)
    {
        var own = (_entries.Find(newcomer.Message)?.RecipientsOf(isRead) ?? 0) + newcomer.Recipients.Count;
        if ((long)own * _entries.Flows.Count > Share(isRead)) return false;
        var largest = _entries.Flows.MaxBy(flow => flow.RecipientsOf(isRead));
        if (largest is null || largest.RecipientsOf(isRead) <= own) return false;
        var displaced = _entries.TakeLast(largest, isRead);
        _hasDisplaced = true;
        Leave(displaced, isRead);
        return true;
    }

    private void Leave(QueueEntry entry, bool isRead)
    {
        Add(isRead, -entry.Recipients.Count);
        services.DropActive(entry);
    }

    private int Share(bool isRead) => isRead ? _read : _recipients - _read;

    private void Add(bool isRead, int recipients)
    {
        _recipients += recipients;
        if (isRead) _read += recipients;
    }
}
