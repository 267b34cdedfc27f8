using System.Collections.Concurrent;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Benchmarks;

/// <summary>A store that costs next to nothing: it keeps messages in a dictionary, and what is done is done at once.</summary>
internal sealed class InstantStore(Action removed) : IQueueStore
{
    private readonly ConcurrentDictionary<long, NewMessage> _messages = new();
    private long _lastId;

    public bool IsHealthy => true;

    public StoreRoom Room => new(TakesMail: true, Reusable: 0);

    public event Action? OwnerChanged
    {
        add { }
        remove { }
    }

    public long NextMessageId() => Interlocked.Increment(ref _lastId);

    public ValueTask<StoreResult> AddAsync(NewMessage message, CancellationToken cancel)
    {
        _messages[message.Envelope.Id] = message;
        return new(StoreResult.Stored);
    }

    public void Record(DeliveryRecord record)
    {
        _messages.TryRemove(record.MessageId, out _);
        record.Recorded?.Invoke(record, true);
        removed();
    }

    public ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel) =>
        new([.. _messages.Values.Where(m => m.Recipients[0].Destination == destination).Take(limit)
            .Select(m => new QueueEntry(m.Envelope, destination, m.Recipients) { IsWholeMessage = true })]);

    public ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, long flow, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel) => new([]);

    public ValueTask<IReadOnlyList<FlowBacklog>> ReadFlowsAsync(
        DestinationKey destination, long after, int limit, CancellationToken cancel) => new([]);

    public ValueTask<DateTimeOffset?> NextDueAsync(DestinationKey destination, DateTimeOffset after, CancellationToken cancel) => new((DateTimeOffset?)null);

    public ValueTask<IReadOnlyList<DestinationBacklog>> ReadBacklogAsync(CancellationToken cancel) => new([]);

    public ValueTask<MessageContent?> ReadContentAsync(long messageId, CancellationToken cancel) =>
        new(_messages.TryGetValue(messageId, out var message) ? message.Content : null);

    public ValueTask<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel) => throw new NotSupportedException();

    public IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<long>> SelectAsync(QueueFilter filter, long after, int limit, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<IReadOnlyDictionary<long, string>> ReadQueueIdsAsync(IReadOnlyList<long> messageIds, CancellationToken cancel) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<ShapeCell>> ReadShapeAsync(
        QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<QueueFreeze>> ReadFreezesAsync(CancellationToken cancel) => new([]);

    public ValueTask<long> CountAsync(CancellationToken cancel) => new(_messages.Count);

    public ValueTask<IReadOnlyList<long>> ReadUnreportedMessagesAsync(long after, int limit, CancellationToken cancel) => new([]);

    public ValueTask<UnreportedMessage?> ReadUnreportedAsync(long messageId, DateTimeOffset now, int limit, CancellationToken cancel) =>
        throw new NotSupportedException();

    public ValueTask<QueueChanged> ChangeAsync(
        QueueChange change, IReadOnlyList<long> messageIds, DateTimeOffset now, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask ParkAsync(long messageId, IReadOnlyList<int> numbers, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<QueueUnparked> UnparkAsync(int limit, CancellationToken cancel) => new(new QueueUnparked(0, []));

    public ValueTask FreezeAsync(QueueFreeze freeze, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
