namespace BulkRelay.Core.Queue;

/// <summary>A delivery agent with what its destination notes about it.</summary>
internal sealed class PooledAgent(ITransport transport, IDeliveryAgent agent, QueueServices services)
{
    /// <summary>The transport that made it: after a reload it may not be the one in use any more.</summary>
    public ITransport Transport { get; } = transport;

    public IDeliveryAgent Agent { get; } = agent;

    /// <summary>When it ended its last delivery.</summary>
    public DateTimeOffset IdleSince { get; set; }

    /// <summary>It threw an exception: it is not used again.</summary>
    public bool IsFaulted { get; set; }

    /// <summary>Lets the agent end its connection, without waiting for it.</summary>
    public void Discard() => _ = DisposeAgentAsync();

    private async Task DisposeAgentAsync()
    {
        try
        {
            await Agent.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Nothing depends on how an agent ends, but a bug should not go unseen.
            services.Log.Warning($"transport {Transport.Name}: a delivery agent failed to end: {e.Message}");
        }
    }
}
