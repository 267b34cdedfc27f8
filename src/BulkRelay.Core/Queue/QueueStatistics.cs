namespace BulkRelay.Core.Queue;

/// <summary>
/// What the queue has done since it started. Counts recipients, but for messages accepted. Safe to read and to count from any thread.
/// </summary>
public sealed class QueueStatistics
{
    private long _accepted;
    private long _delivered;
    private long _deferred;
    private long _bounced;
    private long _expired;
    private long _inDoubt;

    /// <summary>Messages stored, our own reports included.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Recipients that the next hop took.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Failed attempts after which the recipient stays, those in doubt included.</summary>
    public long Deferred => Volatile.Read(ref _deferred);

    /// <summary>Recipients that failed for good, those expired included.</summary>
    public long Bounced => Volatile.Read(ref _bounced);

    /// <summary>Recipients given up because of their age.</summary>
    public long Expired => Volatile.Read(ref _expired);

    /// <summary>Attempts whose link was lost after the final dot: the next hop may or may not have the message.</summary>
    public long InDoubt => Volatile.Read(ref _inDoubt);

    internal void CountAccepted() => Interlocked.Increment(ref _accepted);

    internal void CountDelivered(int recipients) => Interlocked.Add(ref _delivered, recipients);

    internal void CountDeferred() => Interlocked.Increment(ref _deferred);

    internal void CountBounced() => Interlocked.Increment(ref _bounced);

    internal void CountExpired(int recipients) => Interlocked.Add(ref _expired, recipients);

    internal void CountInDoubt(int recipients) => Interlocked.Add(ref _inDoubt, recipients);
}
