using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>
/// The queue as the command-line tools use it: through the running relay, or the store itself while the relay is down. Everything throws
/// <see cref="QueueStoreException"/> when the store cannot do it just now.
/// </summary>
internal interface IQueueAccess : IAsyncDisposable
{
    /// <summary>True if a relay runs on the queue.</summary>
    bool IsRunning { get; }

    /// <summary>The messages of a filter in order of arrival, one at a time.</summary>
    IAsyncEnumerable<ListedMessage> ListAsync(QueueFilter filter, CancellationToken cancel);

    /// <summary>How many messages a filter selects.</summary>
    Task<long> CountAsync(QueueFilter filter, CancellationToken cancel);

    /// <summary>One message; null if it is not in the queue.</summary>
    Task<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel);

    /// <summary>One message, with why it is still here; null if it is not in the queue.</summary>
    Task<ExplainedMessage?> ExplainAsync(string queueId, CancellationToken cancel);

    /// <summary>The content of a message; null if it is not in the queue. The caller disposes the stream.</summary>
    Task<Stream?> ContentAsync(string queueId, CancellationToken cancel);

    /// <summary>
    /// Changes messages of a filter, at most <paramref name="limit"/>; gives after each batch the ids (in the store) of those that it has
    /// changed. The mail log says what was done to which message, and that <paramref name="program"/> did it.
    /// </summary>
    IAsyncEnumerable<IReadOnlyList<long>> ChangeAsync(
        QueueChange change, QueueFilter filter, long limit, string program, CancellationToken cancel);

    /// <summary>Writes a line into the mail log, as that program.</summary>
    Task LogAsync(string program, string line, CancellationToken cancel);

    /// <summary>How mail is spread over domains and ages.</summary>
    Task<IReadOnlyList<ShapeCell>> ShapeAsync(ShapeRequest request, CancellationToken cancel);

    /// <summary>What waits for each destination.</summary>
    Task<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel);

    /// <summary>What is frozen.</summary>
    Task<IReadOnlyList<QueueFreeze>> FreezesAsync(CancellationToken cancel);

    /// <summary>Begins a freeze, or changes one of the same scope and name.</summary>
    Task FreezeAsync(QueueFreeze freeze, CancellationToken cancel);

    /// <summary>Ends a freeze; false if there is none.</summary>
    Task<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel);
}

/// <summary>Asks for the shape of a part of the queue. See <see cref="IQueueReader.ReadShapeAsync"/>.</summary>
internal sealed record ShapeRequest(QueueFilter Filter, bool OfSenders, IReadOnlyList<DateTimeOffset> Bounds);
