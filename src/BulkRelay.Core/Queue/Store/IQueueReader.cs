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

    /// <summary>All messages in order of their ids, which is the order of arrival, in bounded memory however many there are.</summary>
    IAsyncEnumerable<QueuedMessage> ListAsync(CancellationToken cancel);

    /// <summary>Messages in the queue. Exact, and cheap enough to be asked once a second.</summary>
    ValueTask<long> CountAsync(CancellationToken cancel);
}
