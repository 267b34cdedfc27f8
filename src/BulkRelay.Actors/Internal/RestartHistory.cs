namespace BulkRelay.Actors.Internal;

/// <summary>The restarts of one child, as its supervisor counts them.</summary>
internal sealed class RestartHistory
{
    private int _count;
    private long? _windowStart;

    /// <summary>Whether one more restart is allowed. See <see cref="OneForOneStrategy"/> for the meaning of the parameters.</summary>
    public bool Request(int max, TimeSpan within, TimeProvider time)
    {
        if (max == 0)
            return false;
        if (within <= TimeSpan.Zero)
            return max < 0 || ++_count <= max;
        var now = time.GetTimestamp();
        _windowStart ??= now;
        if (time.GetElapsedTime(_windowStart.Value, now) <= within)
            return ++_count <= Math.Max(1, max);
        _windowStart = now;
        _count = 1;
        return true;
    }
}
