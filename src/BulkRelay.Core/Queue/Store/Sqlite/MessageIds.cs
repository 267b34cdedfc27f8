namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// Gives out message ids from a block that is reserved on disk before the first of it is given out. The next block is reserved in
/// some transaction while half of this one is left. Only if the store cannot be written for that long (8,192 ids) do ids lead the
/// reservation; then the transaction that stores the first of them reserves them.
/// </summary>
internal sealed class MessageIds
{
    private const int BlockSize = 16 * 1024;

    private const long NotKnown = -1;

    private long _last = NotKnown;
    private long _reservedEnd;

    /// <summary>The database is open; <paramref name="first"/> is the first id of which it knows that it was never given out.</summary>
    public void Opened(long first)
    {
        Interlocked.CompareExchange(ref _last, first - 1, NotKnown);
        Reserved(first);
    }

    /// <summary>The next id. Safe from any thread.</summary>
    public long Next() => Interlocked.Increment(ref _last);

    /// <summary>True if it is time to reserve a further block.</summary>
    public bool NeedReservation => Volatile.Read(ref _last) + BlockSize / 2 >= Volatile.Read(ref _reservedEnd);

    /// <summary>What the transaction at hand should write as the first id that was never given out.</summary>
    public long EndToReserve() => NeedReservation ? Volatile.Read(ref _last) + BlockSize : _reservedEnd;

    /// <summary>That transaction is on disk.</summary>
    public void Reserved(long end) => Volatile.Write(ref _reservedEnd, end);
}
