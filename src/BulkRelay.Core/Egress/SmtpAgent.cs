using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Delivers to one destination, and keeps its last good session for the next request (<c>smtp_connection_cache_on_demand</c>): for a
/// short idle time, up to an age and a number of uses, and only for mail that would have a session of the same
/// <see cref="SessionIdentity"/>.
/// </summary>
internal sealed class SmtpAgent : IDeliveryAgent
{
    private readonly SmtpTransport _transport;
    private readonly Lock _gate = new();
    private readonly ITimer _idle;
    private SmtpSession? _kept;

    /// <summary>The end of the last connection: the next one begins after it, so that an agent never has two.</summary>
    private Task _closing = Task.CompletedTask;

    public SmtpAgent(SmtpTransport transport)
    {
        _transport = transport;
        _idle = transport.Services.Time.CreateTimer(static state => ((SmtpAgent)state!).OnIdle(), this,
            Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private SmtpClientOptions Options => _transport.Options;

    public async Task<DeliveryOutcome> DeliverAsync(DeliveryRequest request, CancellationToken cancel)
    {
        var kept = Take();
        var delivery = new SmtpDelivery(_transport, request, _closing, cancel);
        var outcome = await delivery.RunAsync(kept);
        _closing = delivery.Closing;
        if (delivery.Session is { } session) Keep(session);
        return outcome;
    }

    public async ValueTask DisposeAsync()
    {
        await _idle.DisposeAsync();
        OnIdle();
        await _closing;
    }

    /// <summary>The kept session, if it can still be used. Only one of the idle timer and this gets it.</summary>
    private SmtpSession? Take()
    {
        if (TakeKept() is not { } session) return null;
        _idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (session.Connection.HasInput) session.Abandon();
        else if (IsUsedUp(session)) _closing = session.QuitAsync(Options);
        else return session;
        return null;
    }

    private void Keep(SmtpSession session)
    {
        if (!Options.KeepsConnections || session.Identity is not { Tls.ReusesConnections: true } || IsUsedUp(session))
        {
            _closing = session.QuitAsync(Options);
            return;
        }
        session.Connection.Rest();
        lock (_gate) _kept = session;
        _idle.Change(Options.IdleLimit, Timeout.InfiniteTimeSpan);
    }

    private bool IsUsedUp(SmtpSession session) =>
        (Options.ReuseCountLimit > 0 && session.Uses > Options.ReuseCountLimit)
        || _transport.Services.Time.GetElapsedTime(session.OpenedAt) >= Options.ReuseTimeLimit;

    private SmtpSession? TakeKept()
    {
        lock (_gate)
        {
            var kept = _kept;
            _kept = null;
            return kept;
        }
    }

    private void OnIdle()
    {
        // Who finds no session any more has to find its end.
        lock (_gate)
        {
            if (TakeKept() is { } session) _closing = session.QuitAsync(Options);
        }
    }
}
