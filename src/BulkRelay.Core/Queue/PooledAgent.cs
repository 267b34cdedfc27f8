namespace BulkRelay.Core.Queue;

/// <summary>A delivery agent with what its pool notes about it.</summary>
internal sealed class PooledAgent(ITransport transport, IDeliveryAgent agent)
{
    /// <summary>The transport that made it: after a reload it may not be the one in use any more.</summary>
    public ITransport Transport { get; } = transport;

    public IDeliveryAgent Agent { get; } = agent;

    /// <summary>When it ended its last delivery.</summary>
    public DateTimeOffset IdleSince { get; set; }

    /// <summary>It threw an exception: it is not used again.</summary>
    public bool IsFaulted { get; set; }
}
