namespace BulkRelay.Core.Queue;

/// <summary>
/// The delivery agents of one destination. The one used last is used next, so that a connection that is still open is taken before a cold
/// one, and those at the bottom age. An agent counts from when it is made until it has ended, because that long it may hold a connection:
/// who never has more agents than the window allows never has more connections. Thread-safe; outlives the destination's actor.
/// </summary>
internal sealed class AgentPool(DestinationKey destination, QueueServices services, Action ended)
{
    private readonly Lock _gate = new();
    private readonly List<PooledAgent> _idle = [];
    private int _total;

    /// <summary>Agents that were made and have not ended.</summary>
    public int Total
    {
        get
        {
            lock (_gate) return _total;
        }
    }

    /// <summary>True if one more delivery can have an agent without there being more of them than <paramref name="window"/>.</summary>
    public bool CanTake(int window)
    {
        lock (_gate) return _idle.Count > 0 || _total < window;
    }

    /// <summary>An idle agent or a new one; null if there is no such transport, or it fails to make one.</summary>
    public PooledAgent? Take()
    {
        if (!services.Configuration.Transports.TryGetValue(destination.Transport, out var service)) return null;
        while (TakeIdle() is { } idle)
        {
            if (idle.Transport == service.Transport) return idle;
            Discard(idle);
        }
        try
        {
            var agent = new PooledAgent(service.Transport, service.Transport.CreateAgent(destination));
            lock (_gate) _total++;
            return agent;
        }
        catch (Exception e)
        {
            services.Log.Error($"transport {destination.Transport}: cannot make a delivery agent: {e}");
            return null;
        }
    }

    /// <summary>Takes back an agent that has ended its delivery.</summary>
    public void Return(PooledAgent agent)
    {
        if (agent.IsFaulted)
        {
            Discard(agent);
            return;
        }
        agent.IdleSince = services.Time.GetUtcNow();
        lock (_gate) _idle.Add(agent);
    }

    /// <summary>Discards the agents that had nothing to do since <paramref name="before"/>.</summary>
    public void DiscardIdle(DateTimeOffset before)
    {
        List<PooledAgent>? old = null;
        lock (_gate)
        {
            while (_idle.Count > 0 && _idle[0].IdleSince <= before)
            {
                (old ??= []).Add(_idle[0]);
                _idle.RemoveAt(0);
            }
        }
        old?.ForEach(Discard);
    }

    private PooledAgent? TakeIdle()
    {
        lock (_gate)
        {
            if (_idle.Count == 0) return null;
            var agent = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            return agent;
        }
    }

    /// <summary>Lets an agent end its connection, without waiting for it.</summary>
    private void Discard(PooledAgent agent) => _ = EndAsync(agent);

    private async Task EndAsync(PooledAgent agent)
    {
        try
        {
            await agent.Agent.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nothing depends on how an agent ends, but a bug should not go unseen.
            services.Log.Error($"transport {agent.Transport.Name}: a delivery agent failed to end: {e}");
        }
        lock (_gate) _total--;
        ended();
    }
}
