namespace BulkRelay.Core.Queue;

/// <summary>
/// The idle agents of one destination. The one used last is used next, so that a connection that is still open is taken before a cold one,
/// and those at the bottom age. Belongs to the destination's actor.
/// </summary>
internal sealed class AgentPool(DestinationKey destination, QueueServices services)
{
    private readonly List<PooledAgent> _idle = [];

    /// <summary>An idle agent or a new one; null if there is no such transport, or it fails to make one.</summary>
    public PooledAgent? Take()
    {
        if (!services.Configuration.Transports.TryGetValue(destination.Transport, out var service)) return null;
        while (_idle.Count > 0)
        {
            var agent = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            if (agent.Transport == service.Transport) return agent;
            agent.Discard();
        }
        try
        {
            return new PooledAgent(service.Transport, service.Transport.CreateAgent(destination), services);
        }
        catch (Exception e)
        {
            services.Log.Error($"transport {destination.Transport}: cannot make a delivery agent: {e}");
            return null;
        }
    }

    /// <summary>Takes back an agent that has ended its delivery.</summary>
    public void Return(PooledAgent agent, DateTimeOffset now)
    {
        if (agent.IsFaulted)
        {
            agent.Discard();
            return;
        }
        agent.IdleSince = now;
        _idle.Add(agent);
    }

    /// <summary>Discards the agents that had nothing to do since <paramref name="before"/>.</summary>
    public void DiscardIdle(DateTimeOffset before)
    {
        var count = 0;
        while (count < _idle.Count && _idle[count].IdleSince <= before) _idle[count++].Discard();
        _idle.RemoveRange(0, count);
    }

    /// <summary>Discards all that are idle.</summary>
    public void DiscardAll()
    {
        foreach (var agent in _idle) agent.Discard();
        _idle.Clear();
    }
}
