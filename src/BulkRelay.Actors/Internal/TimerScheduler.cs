namespace BulkRelay.Actors.Internal;

/// <summary>
/// The timers of one instance of an actor. A timer puts a <see cref="Tick"/> into the mailbox; it counts only if it comes from the timer
/// that its key has when it is received.
/// </summary>
internal sealed class TimerScheduler(IActorRef self, TimeProvider time) : ITimerScheduler
{
    private readonly Dictionary<object, Entry> _timers = [];

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, Timeout.InfiniteTimeSpan);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => StartPeriodicTimer(key, msg, interval, interval);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero);
        Start(key, msg, initialDelay, interval);
    }

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var entry))
            entry.Dispose();
    }

    public void CancelAll()
    {
        foreach (var entry in _timers.Values)
            entry.Dispose();
        _timers.Clear();
    }

    private void Start(object key, object msg, TimeSpan due, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(msg);
        Cancel(key);
        var entry = new Entry(this, self, key, msg, isSingle: period == Timeout.InfiniteTimeSpan);
        _timers.Add(key, entry);
        entry.Start(time, due < TimeSpan.Zero ? TimeSpan.Zero : due, period);
    }

    /// <summary>The message of a timer, or null if the timer is no longer valid for this instance.</summary>
    public object? Redeem(Tick tick) => tick.Timer.IsOf(this) ? Redeem(tick.Timer) : null;

    private object? Redeem(Entry entry)
    {
        if (!_timers.TryGetValue(entry.Key, out var present) || !ReferenceEquals(present, entry))
            return null;
        if (entry.IsSingle)
            Cancel(entry.Key);
        return entry.Message;
    }

    /// <summary>The envelope in which the message of a timer travels.</summary>
    internal sealed class Tick(Entry timer) : IAutoReceivedMessage, IDeadLetterSuppression
    {
        public Entry Timer { get; } = timer;
    }

    internal sealed class Entry(TimerScheduler owner, IActorRef self, object key, object message, bool isSingle) : IDisposable
    {
        private ITimer? _timer;

        public object Key { get; } = key;

        public object Message { get; } = message;

        public bool IsSingle { get; } = isSingle;

        public bool IsOf(TimerScheduler scheduler) => ReferenceEquals(owner, scheduler);

        public void Start(TimeProvider time, TimeSpan due, TimeSpan period) => _timer = time.CreateTimer(
            static state => ((Entry)state!).Fire(), this, due, period);

        public void Dispose() => _timer?.Dispose();

        private void Fire() => self.Tell(new Tick(this), ActorRefs.NoSender);
    }
}
