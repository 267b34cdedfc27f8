namespace BulkRelay.Core.Ingress.Limits;

/// <summary>
/// Bounds the notices to the postmaster about sessions: strangers decide how many sessions there are, and each notice is mail in the queue.
/// Those beyond are counted, and the next one tells how many they were. Thread-safe.
/// </summary>
internal sealed class NoticeLimit(TimeProvider time)
{
    /// <summary>The most notices in a minute.</summary>
    public const int PerMinute = 10;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private long _began = time.GetTimestamp();
    private int _sent;
    private int _leftOut;

    /// <summary>True if a notice may be sent.</summary>
    /// <param name="leftOut">If so, how many were left out since the last one; otherwise how many they are with this one.</param>
    public bool TryTake(out int leftOut)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_began) >= Minute) (_began, _sent) = (time.GetTimestamp(), 0);
            if (_sent == PerMinute)
            {
                leftOut = ++_leftOut;
                return false;
            }
            _sent++;
            (leftOut, _leftOut) = (_leftOut, 0);
            return true;
        }
    }
}
