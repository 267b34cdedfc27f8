namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// Gives out message ids from blocks that the database's sequence hands to this relay alone; other relays take other blocks. The next
/// block is fetched while half of the one in use is left. Should both be used up because the database is away for that long, ids are
/// taken from a range that starts at a random point in the upper half of all numbers, which the sequence never reaches.
/// </summary>
internal sealed class MessageIdBlocks
{
    /// <summary>The increment of the sequence <c>message_id</c>.</summary>
    private const long BlockSize = 16 * 1024;

    private readonly object _gate = new();
    private long _next;
    private long _end;
    private long _spare;
    private long _nextWithoutBlock = (1L << 62) | (Random.Shared.NextInt64(1L << 31) << 31);

    /// <summary>True if it is time to fetch a block.</summary>
    public bool NeedBlock
    {
        get { lock (_gate) return _spare == 0 && _end - _next < BlockSize / 2; }
    }

    /// <summary>The next id. Safe from any thread.</summary>
    public long Next()
    {
        lock (_gate)
        {
            if (_next == _end && _spare != 0) (_next, _end, _spare) = (_spare, _spare + BlockSize, 0);
            return _next < _end ? _next++ : _nextWithoutBlock++;
        }
    }

    /// <summary>A block is reserved on disk.</summary>
    public void Add(long first)
    {
        lock (_gate) _spare = first;
    }
}
