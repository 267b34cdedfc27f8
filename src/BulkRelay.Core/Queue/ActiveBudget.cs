namespace BulkRelay.Core.Queue;

/// <summary>
/// Bounds what the queue has in memory over all destinations: entries (<c>qmgr_message_active_limit</c>) and their recipients
/// (<c>qmgr_message_recipient_limit</c>). Thread-safe.
/// </summary>
internal sealed class ActiveBudget
{
    private int _entries;
    private int _recipients;

    /// <summary>Entries in memory, those under delivery included.</summary>
    public int Entries => Volatile.Read(ref _entries);

    /// <summary>Recipients in memory, those under delivery included.</summary>
    public int Recipients => Volatile.Read(ref _recipients);

    /// <summary>Takes room for an entry. Destinations that ask at the same moment may together go over by an entry each.</summary>
    /// <param name="recipients">The recipients of the entry.</param>
    /// <param name="limits">The bounds now.</param>
    /// <param name="reserved">True for what a destination may have in any case, so that busy ones never lock out the others.</param>
    public bool TryTake(int recipients, in ActiveLimits limits, bool reserved)
    {
        if (!reserved && (Entries >= limits.Entries || Recipients + recipients > limits.Recipients)) return false;
        Interlocked.Increment(ref _entries);
        Interlocked.Add(ref _recipients, recipients);
        return true;
    }

    /// <summary>Gives the room of an entry back.</summary>
    public void Return(int recipients)
    {
        Interlocked.Decrement(ref _entries);
        Interlocked.Add(ref _recipients, -recipients);
    }
}
