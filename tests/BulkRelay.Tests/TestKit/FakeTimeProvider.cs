namespace BulkRelay.Tests.TestKit;

/// <summary>
/// A clock that moves only when a test says so. <see cref="Advance"/> fires the timers that fall due, in due order and in the thread of the
/// caller, and shows each callback the moment it was due at; so a callback that starts a new timer has it fire within the same advance.
/// </summary>
/// <remarks>
/// Thread-safe. Advances do not overlap: a second thread waits for the first. <see cref="GetTimestamp"/> counts ticks of 100 ns and moves
/// with <see cref="Advance"/> only: <see cref="SetUtcNow"/> moves the wall clock alone, as an administrator would, and fires no timer.
/// </remarks>
public sealed class FakeTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _advancing = new(1, 1);
    private readonly PriorityQueue<(FakeTimer Timer, int Generation), (long Due, long Order)> _queue = new();
    private DateTimeOffset _utcNow = start;
    private long _ticks;
    private long _order;
    private int _active;
    private TaskCompletionSource _timersChanged = NewSignal();

    /// <summary>Starts at noon of 1 June 2026, UTC.</summary>
    public FakeTimeProvider() : this(new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero))
    {
    }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers wait to fire.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
                return _active;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _utcNow;
    }

    public override long GetTimestamp()
    {
        lock (_gate)
            return _ticks;
    }

    /// <summary>Sets the wall clock, forward or back, without any time passing: timers and timestamps do not notice.</summary>
    public void SetUtcNow(DateTimeOffset value)
    {
        lock (_gate)
            _utcNow = value;
    }

    /// <summary>Lets <paramref name="delta"/> pass. Returns after every callback that fell due has returned.</summary>
    public void Advance(TimeSpan delta)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delta, TimeSpan.Zero);
        _advancing.Wait();
        try
        {
            long end;
            lock (_gate)
                end = _ticks + delta.Ticks;
            while (NextDue(end) is { } timer)
                timer.Fire();
        }
        finally
        {
            _advancing.Release();
        }
    }

    /// <summary>
    /// Completes once at least <paramref name="count"/> timers wait to fire: the event to wait for before advancing, when the code under
    /// test starts its timer in another thread.
    /// </summary>
    public Task WaitForTimersAsync(int count = 1, CancellationToken cancellationToken = default) => WaitAsync(() => _active >= count, cancellationToken);

    /// <summary>Completes once a timer waits to fire that is due within <paramref name="span"/>: a pause, say, beside longer time limits.</summary>
    public Task WaitForTimerWithinAsync(TimeSpan span, CancellationToken cancellationToken = default) => WaitAsync(
        () => _queue.UnorderedItems.Any(e => e.Element.Generation == e.Element.Timer.Generation && e.Priority.Due - _ticks <= span.Ticks), cancellationToken);

    private async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (condition())
                    return;
                changed = _timersChanged.Task;
            }
            await changed.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock to the next timer due at or before <paramref name="end"/>, or to the end if there is none.</summary>
    private FakeTimer? NextDue(long end)
    {
        lock (_gate)
        {
            while (_queue.TryPeek(out var entry, out var priority) && priority.Due <= end)
            {
                _queue.Dequeue();
                if (entry.Generation != entry.Timer.Generation)
                    continue;
                MoveTo(Math.Max(priority.Due, _ticks));
                _active--;
                entry.Timer.Generation++;
                if (entry.Timer.Period > 0)
                    Schedule(entry.Timer, priority.Due + entry.Timer.Period);
                else
                    entry.Timer.IsActive = false;
                return entry.Timer;
            }
            MoveTo(end);
            return null;
        }
    }

    private void MoveTo(long ticks)
    {
        _utcNow += TimeSpan.FromTicks(ticks - _ticks);
        _ticks = ticks;
    }

    private void Schedule(FakeTimer timer, long due)
    {
        timer.IsActive = true;
        _active++;
        _queue.Enqueue((timer, timer.Generation), (due, _order++));
        _timersChanged.TrySetResult();
        _timersChanged = NewSignal();
    }

    private bool Change(FakeTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (timer.IsDisposed)
                return false;
            Withdraw(timer);
            timer.Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
            if (dueTime != Timeout.InfiniteTimeSpan)
                Schedule(timer, _ticks + dueTime.Ticks);
            return true;
        }
    }

    private void Dispose(FakeTimer timer)
    {
        lock (_gate)
        {
            Withdraw(timer);
            timer.IsDisposed = true;
        }
    }

    private void Withdraw(FakeTimer timer)
    {
        timer.Generation++;
        if (!timer.IsActive)
            return;
        timer.IsActive = false;
        _active--;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One timer. Its fields belong to the lock of the clock; a queue entry of an older generation is void.</summary>
    private sealed class FakeTimer(FakeTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public long Period { get; set; }

        public int Generation { get; set; }

        public bool IsActive { get; set; }

        public bool IsDisposed { get; set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Change(this, dueTime, period);

        public void Dispose() => clock.Dispose(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
