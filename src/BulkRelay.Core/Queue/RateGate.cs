namespace BulkRelay.Core.Queue;

/// <summary>
/// Lets the deliveries of one transport begin one at a time, each after a pause (<c>default_transport_rate_delay</c>): never more than one
/// in that time. Belongs to the transport's actor.
/// </summary>
internal sealed class RateGate
{
    private DateTimeOffset? _opensAt;

    /// <summary>The pause; zero leaves the gate open.</summary>
    public TimeSpan Delay { get; private set; }

    /// <summary>Sets the pause; one that runs already ends no later than with the new one.</summary>
    public void Apply(TimeSpan delay, DateTimeOffset now)
    {
        Delay = delay;
        if (_opensAt > now + delay) _opensAt = now + delay;
    }

    /// <summary>
    /// Null if a delivery may begin now: tell <see cref="Pass"/> if it does. Otherwise when one may; the pause begins with the first
    /// call.
    /// </summary>
    public DateTimeOffset? OpensAt(DateTimeOffset now)
    {
        if (Delay <= TimeSpan.Zero) return null;
        _opensAt ??= now + Delay;
        return _opensAt > now ? _opensAt : null;
    }

    /// <summary>A delivery begins.</summary>
    public void Pass() => _opensAt = null;
}
