namespace BulkRelay.Core.Queue;

/// <summary>
/// The delivery agents of one destination. The one used last is used next, so that a connection that is still open is taken before a cold
/// one, and those at the bottom age. An agent counts from when it is made until it has ended, because that long it may hold a connection:
/// who never has more agents than the window allows never has more connections. Belongs to the destination
/// (<see cref="DestinationState"/>).
/// </summary>
/// <param name="destination">Whose agents.</param>
/// <param name="services">The queue.</param>
/// <param name="agentEnded">Called on any thread when an agent has ended; <see cref="End"/> is to follow in the destination's actor.</param>
internal sealed class AgentPool(DestinationKey destination, QueueServices services, Action agentEnded)
{
    private readonly List<PooledAgent> _idle = [];

    /// <summary>Agents that were made and have not ended.</summary>
    public int Total { get; private set; }

    /// <summary>True if one more delivery can have an agent without there being more of them than <paramref name="window"/>.</summary>
    public bool CanTake(int window) => _idle.Count > 0 || Total < window;

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
            Total++;
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
        _idle.Add(agent);
    }

    /// <summary>An agent that was discarded has ended.</summary>
    public void End() => Total--;

    /// <summary>Discards the agents that had nothing to do since <paramref name="before"/>.</summary>
    public void DiscardIdle(DateTimeOffset before)
    {
        var old = 0;
        while (old < _idle.Count && _idle[old].IdleSince <= before) Discard(_idle[old++]);
        _idle.RemoveRange(0, old);
    }

    private PooledAgent? TakeIdle()
    {
        if (_idle.Count == 0) return null;
        var agent = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        return agent;
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
        agentEnded();
    }
}
