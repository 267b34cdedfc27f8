namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// Since when it is certain that nobody else works on the queue. A process that stood still for a while (a suspended machine, SIGSTOP) goes
/// on as if nothing had happened, and another relay may have had the queue meanwhile: what is older than the limit proves nothing.
/// Two clocks are asked, because not each of them goes on while a machine is suspended. Thread-safe.
/// </summary>
internal sealed class OwnershipProof(TimeProvider time, TimeSpan limit)
{
    private long _mark = time.GetTimestamp();
    private long _wallTicks = time.GetUtcNow().UtcTicks;

    /// <summary>True while it can be relied on.</summary>
    public bool Holds => Age <= limit;

    /// <summary>How old it is.</summary>
    public TimeSpan Age
    {
        get
        {
            var elapsed = time.GetElapsedTime(Volatile.Read(ref _mark));
            var byWallClock = new TimeSpan(time.GetUtcNow().UtcTicks - Volatile.Read(ref _wallTicks));
            return elapsed > byWallClock ? elapsed : byWallClock;
        }
    }

    /// <summary>
    /// Lets the database prove the ownership. The proof is as old as its beginning: what comes behind may be an answer that lay there for
    /// long.
    /// </summary>
    /// <param name="prove">Throws if another one owns the queue, or if nobody knows.</param>
    public void Renew(Action prove)
    {
        var (mark, wallTicks) = (time.GetTimestamp(), time.GetUtcNow().UtcTicks);
        prove();
        Volatile.Write(ref _mark, mark);
        Volatile.Write(ref _wallTicks, wallTicks);
    }
}
