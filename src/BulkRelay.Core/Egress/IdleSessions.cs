namespace BulkRelay.Core.Egress;

/// <summary>
/// Which agents of a transport may have an idle session that other destinations can use, by what a session has to agree in
/// (<see cref="SessionIdentity.Shared"/>). The sessions stay with their agents, which bound their number and close them in time. An agent
/// is in it once at most. Thread-safe.
/// </summary>
internal sealed class IdleSessions
{
    private readonly Lock _gate = new();
    private readonly Dictionary<SessionIdentity, List<SmtpAgent>> _agents = [];

    /// <summary>Enters an agent.</summary>
    public void Offer(SessionIdentity shared, SmtpAgent agent)
    {
        lock (_gate)
        {
            if (!_agents.TryGetValue(shared, out var agents)) _agents[shared] = agents = [];
            agents.Add(agent);
        }
    }

    /// <summary>Takes an agent out, if it is still there.</summary>
    public void Withdraw(SessionIdentity shared, SmtpAgent agent)
    {
        lock (_gate)
        {
            if (_agents.TryGetValue(shared, out var agents) && agents.Remove(agent) && agents.Count == 0) _agents.Remove(shared);
        }
    }

    /// <summary>An idle session, which is the caller's from now on; null if there is none. It has not been looked at.</summary>
    public SmtpSession? Take(SessionIdentity shared)
    {
        while (TakeAgent(shared) is { } agent)
        {
            if (agent.Yield(shared) is { } session) return session;
        }
        return null;
    }

    /// <summary>The agent that was offered last.</summary>
    private SmtpAgent? TakeAgent(SessionIdentity shared)
    {
        lock (_gate)
        {
            if (!_agents.TryGetValue(shared, out var agents)) return null;
            var agent = agents[^1];
            agents.RemoveAt(agents.Count - 1);
            if (agents.Count == 0) _agents.Remove(shared);
            return agent;
        }
    }
}
