namespace BulkRelay.Core.Queue.Flows;

/// <summary>
/// The entries of one flow that wait in one destination's memory, first come first served: handed over fresh, and read from the store.
/// Counts recipients.
/// </summary>
internal sealed class FlowQueue(long key)
{
    private readonly LinkedList<(QueueEntry Entry, long Place)> _fresh = new();
    private readonly LinkedList<(QueueEntry Entry, long Place)> _read = new();
    private long _places;
    private int _readRecipients;

    /// <summary><see cref="FlowKey"/>.</summary>
    public long Key { get; } = key;

    /// <summary>Recipients that it may send before the next flow has its turn; below 0 it has sent on credit.</summary>
    public int Deficit { get; set; }

    /// <summary>True while it has not sent an entry since it came up.</summary>
    public bool IsNew { get; set; }

    /// <summary>Recipients that wait.</summary>
    public int Recipients { get; private set; }

    /// <summary>Entries that wait.</summary>
    public int Count => _fresh.Count + _read.Count;

    public bool IsEmpty => Count == 0;

    public void Add(QueueEntry entry, bool isRead)
    {
        Of(isRead).AddLast((entry, ++_places));
        Account(entry, isRead, 1);
    }

    /// <summary>Recipients that wait of one kind.</summary>
    public int RecipientsOf(bool isRead) => isRead ? _readRecipients : Recipients - _readRecipients;

    /// <summary>Takes the next entry out. There must be one.</summary>
    public (QueueEntry Entry, bool IsRead) Take()
    {
        var from = Next();
        var entry = from.First!.Value.Entry;
        from.RemoveFirst();
        Account(entry, from == _read, -1);
        return (entry, from == _read);
    }

    /// <summary>Takes the last one of a kind out. There must be one.</summary>
    public QueueEntry TakeLast(bool isRead)
    {
        var entry = Of(isRead).Last!.Value.Entry;
        Of(isRead).RemoveLast();
        Account(entry, isRead, -1);
        return entry;
    }

    /// <summary>Takes out what matches.</summary>
    public void Remove(Predicate<QueueEntry> match, Action<QueueEntry, bool> removed)
    {
        foreach (var list in new[] { _fresh, _read })
        {
            for (var node = list.First; node is not null;)
            {
                var (next, entry) = (node.Next, node.Value.Entry);
                if (match(entry))
                {
                    list.Remove(node);
                    Account(entry, list == _read, -1);
                    removed(entry, list == _read);
                }
                node = next;
            }
        }
    }

    private void Account(QueueEntry entry, bool isRead, int sign)
    {
        var change = sign * entry.Recipients.Count;
        Recipients += change;
        if (isRead) _readRecipients += change;
    }

    private LinkedList<(QueueEntry Entry, long Place)> Of(bool isRead) => isRead ? _read : _fresh;

    /// <summary>The list whose first entry came before that of the other.</summary>
    private LinkedList<(QueueEntry Entry, long Place)> Next()
    {
        if (_fresh.First is not { } fresh) return _read;
        return _read.First is { } read && read.Value.Place < fresh.Value.Place ? _read : _fresh;
    }
}
