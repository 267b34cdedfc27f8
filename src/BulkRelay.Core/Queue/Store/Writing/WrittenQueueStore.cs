using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>What all stores do alike: changes go to the one <see cref="QueueWriter"/>, and what commands look at comes from the reader.</summary>
public abstract class WrittenQueueStore : IQueueStore
{
    private protected abstract QueueWriter Writer { get; }

    private protected abstract IQueueReader Reader { get; }

    /// <inheritdoc/>
    public bool IsHealthy => Writer.IsHealthy;

    /// <inheritdoc/>
    public abstract StoreRoom Room { get; }

    /// <inheritdoc/>
    public event Action? OwnerChanged;

    /// <inheritdoc/>
    public abstract long NextMessageId();

    /// <inheritdoc/>
    public ValueTask<StoreResult> AddAsync(NewMessage message, CancellationToken cancel) => Writer.AddAsync(message, cancel);

    /// <inheritdoc/>
    public void Record(DeliveryRecord record) => Writer.PutRecord(record);

    /// <inheritdoc/>
    public ValueTask<QueueChanged> ChangeAsync(
        QueueChange change, IReadOnlyList<long> messageIds, DateTimeOffset now, CancellationToken cancel) =>
        Writer.WriteAsync(new ChangeRequest(change, messageIds, now), cancel);

    /// <inheritdoc/>
    public async ValueTask ParkAsync(long messageId, IReadOnlyList<int> numbers, CancellationToken cancel) =>
        await Writer.WriteAsync(new ParkRequest(messageId, numbers), cancel).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<QueueUnparked> UnparkAsync(int limit, CancellationToken cancel) => Writer.WriteAsync(new UnparkRequest(limit), cancel);

    /// <inheritdoc/>
    public async ValueTask FreezeAsync(QueueFreeze freeze, CancellationToken cancel) =>
        await Writer.WriteAsync(new FreezeRequest(freeze), cancel).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel) =>
        Writer.WriteAsync(new UnfreezeRequest(scope, name), cancel);

    /// <inheritdoc/>
    public ValueTask<MessageContent?> ReadContentAsync(long messageId, CancellationToken cancel) =>
        Reader.ReadContentAsync(messageId, cancel);

    /// <inheritdoc/>
    public ValueTask<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel) => Reader.FindAsync(queueId, cancel);

    /// <inheritdoc/>
    public IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, CancellationToken cancel) => Reader.ListAsync(filter, cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> SelectAsync(QueueFilter filter, long after, int limit, CancellationToken cancel) =>
        Reader.SelectAsync(filter, after, limit, cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<long, string>> ReadQueueIdsAsync(IReadOnlyList<long> messageIds, CancellationToken cancel) =>
        Reader.ReadQueueIdsAsync(messageIds, cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ShapeCell>> ReadShapeAsync(
        QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds, CancellationToken cancel) =>
        Reader.ReadShapeAsync(filter, ofSenders, bounds, cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel) => Reader.SummarizeAsync(cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QueueFreeze>> ReadFreezesAsync(CancellationToken cancel) => Reader.ReadFreezesAsync(cancel);

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancel) => ValueTask.FromResult(Writer.MessageCount);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, long flow, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<FlowBacklog>> ReadFlowsAsync(
        DestinationKey destination, long after, int limit, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask<DateTimeOffset?> NextDueAsync(DestinationKey destination, DateTimeOffset after, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<long>> ReadUnreportedMessagesAsync(long after, int limit, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask<UnreportedMessage?> ReadUnreportedAsync(long messageId, DateTimeOffset now, int limit,
        CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask<IReadOnlyList<DestinationBacklog>> ReadBacklogAsync(CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    private protected void TellOwnerChanged() => OwnerChanged?.Invoke();
}
