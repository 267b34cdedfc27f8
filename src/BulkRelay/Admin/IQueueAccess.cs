using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>The queue as the command-line tools use it: through the running relay, or the store itself while the relay is down.</summary>
internal interface IQueueAccess : IAsyncDisposable
{
    /// <summary>All messages in order of arrival, one at a time.</summary>
    IAsyncEnumerable<ListedMessage> ListAsync(CancellationToken cancel);

    /// <summary>One message; null if it is not in the queue.</summary>
    Task<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel);

    /// <summary>The content of a message; null if it is not in the queue. The caller disposes the stream.</summary>
    Task<Stream?> ContentAsync(string queueId, CancellationToken cancel);

    /// <summary>Removes a message for good; false if it is not in the queue.</summary>
    Task<bool> DeleteAsync(string queueId, CancellationToken cancel);
}
