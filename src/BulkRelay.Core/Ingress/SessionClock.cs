namespace BulkRelay.Core.Ingress;

/// <summary>
/// Interrupts a session whose client is silent for too long. One timer for the session's whole life: activity only notes the time, and the
/// timer looks at the note when it fires.
/// </summary>
internal sealed class SessionClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenSource _interrupt;
    private readonly ITimer _timer;
    private long _lastActivity;

    public SessionClock(TimeProvider time, TimeSpan timeout, CancellationTokenSource interrupt)
    {
        _time = time;
        _timeout = timeout;
        _interrupt = interrupt;
        _lastActivity = time.GetTimestamp();
        _timer = time.CreateTimer(static clock => ((SessionClock)clock!).Check(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the client was silent for the whole time.</summary>
    public bool IsExpired { get; private set; }

    /// <summary>The wait begins anew.</summary>
    public void Touch() => Volatile.Write(ref _lastActivity, _time.GetTimestamp());

    public void Dispose() => _timer.Dispose();

    private void Check()
    {
        var left = _timeout - _time.GetElapsedTime(Volatile.Read(ref _lastActivity));
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }
        IsExpired = true;
        _interrupt.Cancel();
    }
}
