namespace BulkRelay.Core.Queue;

/// <summary>One delivery: an entry whose content is at hand.</summary>
public sealed record DeliveryRequest(QueueEntry Entry, MessageContent Content);

/// <summary>
/// A way to deliver mail: one service of <c>master.cf</c> (<c>smtp</c>, <c>relay</c>, <c>discard</c> …). This is all that the queue
/// knows of egress.
/// </summary>
public interface ITransport
{
    /// <summary>The name of the service.</summary>
    string Name { get; }

    /// <summary>
    /// A delivery agent for one destination. The destination makes as many as its window allows, and gives each one request at a time.
    /// </summary>
    IDeliveryAgent CreateAgent(DestinationKey destination);
}

/// <summary>
/// Delivers requests for one destination, one at a time, and may keep a connection between them (closing it by itself after a short
/// idle time). Disposing ends the connection politely.
/// </summary>
public interface IDeliveryAgent : IAsyncDisposable
{
    /// <summary>
    /// Delivers, and returns an outcome for every recipient. Expected failures are outcomes, never exceptions; an exception is a bug
    /// in the agent, after which the agent is thrown away. Cancelled only at a hard stop, once the grace time is over.
    /// </summary>
    Task<DeliveryOutcome> DeliverAsync(DeliveryRequest request, CancellationToken cancel);
}
