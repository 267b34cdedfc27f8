namespace BulkRelay.Core.Queue;

/// <summary>
/// Bounds the octets of content that wait in memory (<c>qmgr_content_memory_limit</c>). Content that finds no room is left to the store
/// and read when it is delivered. Thread-safe.
/// </summary>
internal sealed class ContentBudget
{
    private long _used;

    /// <summary>Octets in use.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes room, or says that there is none.</summary>
    public bool TryTake(long octets, long limit)
    {
        if (Interlocked.Add(ref _used, octets) <= limit) return true;
        Interlocked.Add(ref _used, -octets);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Return(long octets) => Interlocked.Add(ref _used, -octets);
}
