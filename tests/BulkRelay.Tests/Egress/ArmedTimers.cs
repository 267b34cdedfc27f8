using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Egress;

/// <summary>A clock that tells when the code under test has begun to wait: the event to wait for before the clock is moved.</summary>
public sealed class ArmedTimers(FakeTimeProvider clock) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _armed = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Signal)> _waiting = [];

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    /// <summary>Completes once a timer was started that long before it is due.</summary>
    public Task WhenArmedAsync(TimeSpan due)
    {
        lock (_gate)
        {
            if (_armed.Contains(due)) return Task.CompletedTask;
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((due, signal));
            return signal.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Watched(clock.CreateTimer(callback, state, dueTime, period), this);

    private void OnArmed(TimeSpan due)
    {
        lock (_gate)
        {
            _armed.Add(due);
            foreach (var (_, signal) in _waiting.Where(w => w.Due == due)) signal.TrySetResult();
        }
    }

    private sealed class Watched(ITimer timer, ArmedTimers owner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = timer.Change(dueTime, period);
            owner.OnArmed(dueTime);
            return changed;
        }

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
