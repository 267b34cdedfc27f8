using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue.Store;

/// <summary>
/// A look into the queue, for commands: through the running relay's store, or through the database itself while the relay is down.
/// Every method throws <see cref="QueueStoreException"/> when the database cannot be read just now.
/// </summary>
public interface IQueueReader : IAsyncDisposable
{
    /// <summary>The content of a message; null if it is not in the queue.</summary>
    ValueTask<MessageContent?> ReadContentAsync(long messageId, CancellationToken cancel);

    /// <summary>A message with its remaining recipients, by queue id; null if it is not in the queue.</summary>
    ValueTask<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel);

    /// <summary>
    /// The messages of a filter in order of their ids, which is the order of arrival, in bounded memory however many there are. What
    /// memory alone knows is left open: <see cref="QueueState.Active"/> and <see cref="QueueState.Deferred"/> both select what is not held.
    /// </summary>
    IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, CancellationToken cancel);

    /// <summary>
    /// The ids of the first messages of a filter with an id over <paramref name="after"/>, in order, at most <paramref name="limit"/>:
    /// fewer mean that there are no more. The states are taken as in <see cref="ListAsync"/>.
    /// </summary>
    ValueTask<IReadOnlyList<long>> SelectAsync(QueueFilter filter, long after, int limit, CancellationToken cancel);

    /// <summary>The queue ids of these messages (some hundred at most), by their ids; those that are not there are left out.</summary>
    ValueTask<IReadOnlyDictionary<long, string>> ReadQueueIdsAsync(IReadOnlyList<long> messageIds, CancellationToken cancel);

    /// <summary>
    /// How mail is spread over domains and ages: recipients by their domain, or messages by that of their sender. The bounds are times in
    /// descending order.
    /// </summary>
    ValueTask<IReadOnlyList<ShapeCell>> ReadShapeAsync(
        QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds, CancellationToken cancel);

    /// <summary>What waits for each destination, in no order.</summary>
    ValueTask<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel);

    /// <summary>The freezes that are in force or have ended but were not taken back yet.</summary>
    ValueTask<IReadOnlyList<QueueFreeze>> ReadFreezesAsync(CancellationToken cancel);

    /// <summary>Messages in the queue. Exact, and cheap enough to be asked once a second.</summary>
    ValueTask<long> CountAsync(CancellationToken cancel);
}
