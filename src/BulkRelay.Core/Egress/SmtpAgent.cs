using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Delivers to one destination, and keeps its last good session for the next request (<c>smtp_connection_cache_on_demand</c>): for a
/// short idle time, up to an age and a number of uses, and only for mail that would have a session of the same
/// <see cref="SessionIdentity"/>. Agents of other destinations may take it meanwhile, if both share (<see cref="IdleSessions"/>).
/// </summary>
internal sealed class SmtpAgent : IDeliveryAgent
{
    private readonly SmtpTransport _transport;
    private readonly Lock _gate = new();
    private readonly ITimer _idle;
    private SmtpSession? _kept;

    /// <summary>Under what other agents find this one.</summary>
    private SessionIdentity? _offered;

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
        Offer(null);
        await _closing;
    }

    /// <summary>
    /// The kept session for an agent that has found this one in <see cref="IdleSessions"/>; null if it is in use or closed.
    /// </summary>
    public SmtpSession? Yield(SessionIdentity shared)
    {
        lock (_gate)
        {
            if (_offered != shared) return null;
            _offered = null;
            return shared.Equals(_kept?.Shared) ? TakeKept() : null;
        }
    }

    /// <summary>The kept session, if it can still be used. Only one of the idle timer and this gets it.</summary>
    private SmtpSession? Take()
    {
        if (TakeKept() is not { } session) return null;
        _idle.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (session.Connection.HasInput) session.Abandon();
        else if (session.IsUsedUp(Options, _transport.Services.Time)) _closing = session.QuitAsync(Options);
        else return session;
        return null;
    }

    private void Keep(SmtpSession session)
    {
        var isWanted = Options.KeepsConnections || session.Shared is not null;
        if (!isWanted || session.Identity is not { Tls.ReusesConnections: true } || session.IsUsedUp(Options, _transport.Services.Time))
        {
            _closing = session.QuitAsync(Options);
            return;
        }
        session.Connection.Rest();
        lock (_gate) _kept = session;
        _idle.Change(Options.IdleLimit, Timeout.InfiniteTimeSpan);
        Offer(session.Shared);
    }

    /// <summary>
    /// Lets other agents find this one. It stays to be found until one does: mail that goes on over the kept session costs nothing here.
    /// </summary>
    private void Offer(SessionIdentity? shared)
    {
        SessionIdentity? before;
        lock (_gate)
        {
            before = _offered;
            if (Equals(before, shared)) return;
            _offered = shared;
        }
        if (before is not null) _transport.Idle.Withdraw(before, this);
        if (shared is not null) _transport.Idle.Offer(shared, this);
    }

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
