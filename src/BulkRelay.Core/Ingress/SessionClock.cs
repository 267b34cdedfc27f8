using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// Interrupts a session whose client takes too long. One timer for the session's whole life: what happens only notes the time, and the
/// timer looks at the note when it fires.
/// </summary>
/// <remarks>
/// As a rule each wait for the client has the whole time. With a deadline (<c>smtpd_per_request_deadline</c>) all waits for one request
/// have it together, and so have those for taking one reply: a client that sends an octet now and then gains nothing by it. What it
/// sends buys time at the rate of <c>smtpd_min_data_rate</c>, so that a long message may come at that rate, and never more than the whole.
/// </remarks>
internal sealed class SessionClock : IDisposable
{
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _interrupt;
    private readonly ITimer _timer;
    private volatile Times _times;
    private TimeSpan _left;
    private long _begun;
    private long _allowed;

    public SessionClock(TimeProvider time, SmtpdPolicy policy, CancellationTokenSource interrupt)
    {
        _time = time;
        _times = new Times(policy);
        _left = _times.Timeout;
        _interrupt = interrupt;
        _begun = time.GetTimestamp();
        _allowed = _left.Ticks;
        _timer = time.CreateTimer(static clock => ((SessionClock)clock!).Check(), this, _left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the client took too long.</summary>
    public bool IsExpired { get; private set; }

    /// <summary>What the client does from now on is something new, with the whole time for it.</summary>
    public void BeginRequest() => _left = _times.Timeout;

    /// <summary>The times of this policy hold from now on, for a wait that is under way too. From any thread.</summary>
    public void Hurry(SmtpdPolicy policy)
    {
        _times = new Times(policy);
        _timer.Change(_times.Timeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A wait for the client begins.</summary>
    public void BeginWait()
    {
        var times = _times;
        Allow(times.HasDeadline ? _left : times.Timeout);
        if (!times.HasDeadline) return;
        // The timer may be set for later than that.
        _timer.Change(_left, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It is over, and so many octets came. What the relay does now itself is not the client's time.</summary>
    public void EndWait(int octets)
    {
        var times = _times;
        if (!times.HasDeadline) return;
        _left -= _time.GetElapsedTime(_begun);
        _left += TimeSpan.FromSeconds((double)octets / times.LeastRate);
        _left = TimeSpan.FromTicks(Math.Clamp(_left.Ticks, 0, times.Timeout.Ticks));
        Touch();
    }

    /// <summary>The relay does something that takes time: the client has the whole time for what it does.</summary>
    public void Touch() => Allow(_times.Timeout);

    public void Dispose() => _timer.Dispose();

    private void Allow(TimeSpan time)
    {
        Volatile.Write(ref _begun, _time.GetTimestamp());
        Volatile.Write(ref _allowed, time.Ticks);
    }

    private void Check()
    {
        var left = TimeSpan.FromTicks(Math.Min(Volatile.Read(ref _allowed), _times.Timeout.Ticks)) - _time.GetElapsedTime(Volatile.Read(ref _begun));
        if (left > TimeSpan.Zero)
        {
            _timer.Change(left, Timeout.InfiniteTimeSpan);
            return;
        }
        IsExpired = true;
        _interrupt.Cancel();
    }

    private sealed class Times(SmtpdPolicy policy)
    {
        public readonly TimeSpan Timeout = policy.Snapshot.Get(SmtpdParameters.Timeout);
        public readonly bool HasDeadline = policy.Snapshot.Get(SmtpdParameters.PerRequestDeadline);
        public readonly int LeastRate = policy.Snapshot.Get(SmtpdParameters.MinDataRate);
    }
}
