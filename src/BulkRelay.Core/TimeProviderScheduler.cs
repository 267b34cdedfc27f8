using System.Diagnostics.CodeAnalysis;
using Akka.Configuration;
using Akka.Dispatch;

namespace BulkRelay.Core;

/// <summary>
/// Akka.NET's timers on a <see cref="TimeProvider"/>: those of the system are finer than the wheel's ticks of 10 ms, and a clock that
/// tests advance fires them exactly. The clock comes by <see cref="Clock"/>, as Akka.NET makes the scheduler before it reads anything that
/// could name one.
/// </summary>
[SuppressMessage("Performance", "CA1812", Justification = "Akka.NET makes it, by its name.")]
internal sealed class TimeProviderScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly TimeProvider _time = Clock.Value ?? TimeProvider.System;
    private readonly long _begin;
    private volatile bool _isEnded;

    /// <summary>Called by Akka.NET.</summary>
    public TimeProviderScheduler(Config settings, ILoggingAdapter log) : base(settings, log) => _begin = _time.GetTimestamp();

    /// <summary>The clock of the system that is being started.</summary>
    public static AsyncLocal<TimeProvider?> Clock { get; } = new();

    public override TimeSpan MonotonicClock => _time.GetElapsedTime(_begin);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => _time.GetUtcNow();

    /// <summary>No timer fires any more.</summary>
    public void Dispose() => _isEnded = true;

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Start(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Start(delay, Timeout.InfiniteTimeSpan, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Start(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Start(initialDelay, interval, action.Run, cancelable);

    private void Start(TimeSpan delay, TimeSpan interval, Action action, ICancelable? cancelable)
    {
        if (cancelable is { IsCancellationRequested: true } || _isEnded) return;
        var alarm = new Alarm(this, action, interval == Timeout.InfiniteTimeSpan, cancelable);
        alarm.Start(delay, interval);
    }

    /// <summary>One timer, until it has fired for the last time or is cancelled.</summary>
    private sealed class Alarm(TimeProviderScheduler scheduler, Action action, bool isSingle, ICancelable? cancelable)
    {
        private ITimer? _timer;
        private CancellationTokenRegistration _cancelled;
        private bool _isOver;

        public void Start(TimeSpan delay, TimeSpan interval)
        {
            // It does not run yet: its end has to find it in its place.
            var timer = _timer = scheduler._time.CreateTimer(
                static state => ((Alarm)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (cancelable is not null) _cancelled = cancelable.Token.UnsafeRegister(static state => ((Alarm)state!).End(), this);
            timer.Change(delay, interval);
        }

        [SuppressMessage("Design", "CA1031", Justification = "What fails is told; other timers are not concerned.")]
        private void Fire()
        {
            if (Volatile.Read(ref _isOver) || cancelable is { IsCancellationRequested: true }) return;
            if (isSingle || scheduler._isEnded) End();
            if (scheduler._isEnded) return;
            try
            {
                action();
            }
            catch (Exception e)
            {
                scheduler.Log.Error(e, "a timer failed");
            }
        }

        private void End()
        {
            Volatile.Write(ref _isOver, true);
            _timer?.Dispose();
            _cancelled.Unregister();
        }
    }
}
