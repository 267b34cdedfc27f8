using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

/// <summary>
/// A store that takes its time, each call as long as chance has it: reads answer with what was there a while ago, results are confirmed
/// late and in batches, additions wait.
/// </summary>
internal sealed class SlowQueueStore(InMemoryQueueStore inner, Chance chance) : IQueueStore
{
    private readonly Lock _gate = new();
    private readonly List<DeliveryRecord> _records = [];

    /// <summary>The part of the reads that fail.</summary>
    public double FailingReads { get; init; } = 0.05;

    /// <summary>Keeps the answer of <see cref="NextDueAsync"/> back, once it is known.</summary>
    public Func<Task> BeforeNextDue { get; set; } = () => Task.CompletedTask;

    public bool IsHealthy => inner.IsHealthy;

    public StoreRoom Room => inner.Room;

    public event Action? OwnerChanged
    {
        add => inner.OwnerChanged += value;
        remove => inner.OwnerChanged -= value;
    }

    public long NextMessageId() => inner.NextMessageId();

    public async ValueTask<StoreResult> AddAsync(NewMessage message, CancellationToken cancel)
    {
        await chance.PauseAsync();
        var result = await inner.AddAsync(message, cancel);
        await chance.PauseAsync();
        return result;
    }

    public void Record(DeliveryRecord record)
    {
        lock (_gate) _records.Add(record);
        _ = WriteLaterAsync();
    }

    public async ValueTask<IReadOnlyList<long>> ReadUnreportedMessagesAsync(long after, int limit, CancellationToken cancel)
    {
        await chance.PauseAsync();
        return await inner.ReadUnreportedMessagesAsync(after, limit, cancel);
    }

    public async ValueTask<UnreportedMessage?> ReadUnreportedAsync(long messageId, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await chance.PauseAsync();
        return await inner.ReadUnreportedAsync(messageId, now, limit, cancel);
    }

    public async ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel)
    {
        await chance.PauseAsync();
        var entries = await inner.ReadDueAsync(destination, due, limit, recipientLimit, cancel);
        if (chance.Hits(FailingReads)) throw new IOException("a read failed, as chance had it");
        await chance.PauseAsync();
        return entries;
    }

    public async ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, long flow, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel)
    {
        await chance.PauseAsync();
        var entries = await inner.ReadDueAsync(destination, flow, due, limit, recipientLimit, cancel);
        if (chance.Hits(FailingReads)) throw new IOException("a read failed, as chance had it");
        await chance.PauseAsync();
        return entries;
    }

    public ValueTask<IReadOnlyList<FlowBacklog>> ReadFlowsAsync(
        DestinationKey destination, long after, int limit, CancellationToken cancel) =>
        inner.ReadFlowsAsync(destination, after, limit, cancel);

    public async ValueTask<DateTimeOffset?> NextDueAsync(DestinationKey destination, DateTimeOffset after, CancellationToken cancel)
    {
        await chance.PauseAsync();
        var due = await inner.NextDueAsync(destination, after, cancel);
        await BeforeNextDue();
        await chance.PauseAsync();
        return due;
    }

    public ValueTask<IReadOnlyList<DestinationBacklog>> ReadBacklogAsync(CancellationToken cancel) => inner.ReadBacklogAsync(cancel);

    public async ValueTask<MessageContent?> ReadContentAsync(long messageId, CancellationToken cancel)
    {
        await chance.PauseAsync();
        return await inner.ReadContentAsync(messageId, cancel);
    }

    public ValueTask<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel) => inner.FindAsync(queueId, cancel);

    public IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, CancellationToken cancel) => inner.ListAsync(filter, cancel);

    public ValueTask<IReadOnlyList<long>> SelectAsync(QueueFilter filter, long after, int limit, CancellationToken cancel) =>
        inner.SelectAsync(filter, after, limit, cancel);

    public ValueTask<IReadOnlyDictionary<long, string>> ReadQueueIdsAsync(IReadOnlyList<long> messageIds, CancellationToken cancel) =>
        inner.ReadQueueIdsAsync(messageIds, cancel);

    public ValueTask<IReadOnlyList<ShapeCell>> ReadShapeAsync(
        QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds, CancellationToken cancel) =>
        inner.ReadShapeAsync(filter, ofSenders, bounds, cancel);

    public ValueTask<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel) => inner.SummarizeAsync(cancel);

    public ValueTask<IReadOnlyList<QueueFreeze>> ReadFreezesAsync(CancellationToken cancel) => inner.ReadFreezesAsync(cancel);

    public ValueTask<long> CountAsync(CancellationToken cancel) => inner.CountAsync(cancel);

    public async ValueTask<QueueChanged> ChangeAsync(
        QueueChange change, IReadOnlyList<long> messageIds, DateTimeOffset now, CancellationToken cancel)
    {
        await chance.PauseAsync();
        var changed = await inner.ChangeAsync(change, messageIds, now, cancel);
        await chance.PauseAsync();
        return changed;
    }

    public async ValueTask ParkAsync(long messageId, IReadOnlyList<int> numbers, CancellationToken cancel)
    {
        await chance.PauseAsync();
        await inner.ParkAsync(messageId, numbers, cancel);
        await chance.PauseAsync();
    }

    public async ValueTask<QueueUnparked> UnparkAsync(int limit, CancellationToken cancel)
    {
        await chance.PauseAsync();
        return await inner.UnparkAsync(limit, cancel);
    }

    public ValueTask FreezeAsync(QueueFreeze freeze, CancellationToken cancel) => inner.FreezeAsync(freeze, cancel);

    public ValueTask<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel) => inner.UnfreezeAsync(scope, name, cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Writes what has gathered: the contract asks for each record's confirmation after its commit, and no more.</summary>
    private async Task WriteLaterAsync()
    {
        await chance.PauseAsync();
        List<DeliveryRecord> batch;
        lock (_gate)
        {
            batch = [.. _records];
            _records.Clear();
        }
        foreach (var record in batch) inner.Record(record with { Recorded = (confirmed, left) => _ = ConfirmLaterAsync(record, left) });
    }

    private async Task ConfirmLaterAsync(DeliveryRecord record, bool left)
    {
        await chance.PauseAsync();
        record.Recorded?.Invoke(record, left);
    }
}
