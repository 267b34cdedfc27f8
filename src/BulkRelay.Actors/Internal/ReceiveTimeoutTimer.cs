namespace BulkRelay.Actors.Internal;

/// <summary>
/// Finds out when an actor has received nothing for a time. Noting a message costs no timer operation: the timer, once due, puts a
/// <see cref="Tick"/> into the mailbox, and its reception looks whether the time is really over or what is left of it.
/// </summary>
internal sealed class ReceiveTimeoutTimer : IDisposable
{
    private static readonly TimeSpan Once = System.Threading.Timeout.InfiniteTimeSpan;

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _lastActivity;

    public ReceiveTimeoutTimer(IActorRef self, TimeProvider time, TimeSpan timeout)
    {
        _time = time;
        Timeout = timeout;
        _lastActivity = time.GetTimestamp();
        _timer = time.CreateTimer(
            static state => ((IActorRef)state!).Tell(Tick.Instance, ActorRefs.NoSender), self, timeout, Once);
    }

    public TimeSpan Timeout { get; }

    /// <summary>A message was handled.</summary>
    public void Touch() => _lastActivity = _time.GetTimestamp();

    /// <summary>Whether the time is over; waits for the rest of it if not, and for the next period if so.</summary>
    public bool IsDue()
    {
        var left = Timeout - _time.GetElapsedTime(_lastActivity);
        var isDue = left <= TimeSpan.Zero;
        if (isDue)
            Touch();
        _timer.Change(isDue ? Timeout : left, Once);
        return isDue;
    }

    public void Dispose() => _timer.Dispose();

    internal sealed class Tick : IAutoReceivedMessage, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
