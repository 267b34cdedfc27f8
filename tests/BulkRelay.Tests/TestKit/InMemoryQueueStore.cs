using System.Runtime.CompilerServices;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Flows;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Tests.TestKit;

/// <summary>
/// A queue store for tests of other parts: the contract without a disk. <see cref="Answer"/> makes it full or unavailable;
/// <see cref="HoldRecords"/> keeps records back until <see cref="WriteRecords"/>.
/// </summary>
public sealed class InMemoryQueueStore : IQueueStore
{
    private readonly object _gate = new();
    private readonly SortedDictionary<long, NewMessage> _messages = [];
    private readonly List<DeliveryRecord> _held = [];
    private long _lastId;

    /// <summary>What <see cref="AddAsync"/> answers; only <see cref="StoreResult.Stored"/> stores.</summary>
    public StoreResult Answer { get; set; } = StoreResult.Stored;

    /// <inheritdoc/>
    public bool IsHealthy { get; set; } = true;

    /// <summary>True: <see cref="Record"/> only collects, as a busy writer does.</summary>
    public bool HoldRecords { get; set; }

    /// <inheritdoc/>
    public long NextMessageId() => Interlocked.Increment(ref _lastId);

    /// <inheritdoc/>
    public ValueTask<StoreResult> AddAsync(NewMessage message, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (Answer != StoreResult.Stored) return ValueTask.FromResult(Answer);
            return _messages.TryAdd(message.Envelope.Id, message)
                ? ValueTask.FromResult(StoreResult.Stored)
                : ValueTask.FromException<StoreResult>(new InvalidOperationException($"{message.Envelope.QueueId}: the id is taken"));
        }
    }

    /// <inheritdoc/>
    public void Record(DeliveryRecord record)
    {
        lock (_gate) _held.Add(record);
        if (!HoldRecords) WriteRecords();
    }

    /// <summary>Writes the records that were held back.</summary>
    public void WriteRecords()
    {
        List<(DeliveryRecord Record, bool Left)> written = [];
        lock (_gate)
        {
            foreach (var record in _held) written.Add((record, Apply(record)));
            _held.Clear();
        }
        foreach (var (record, left) in written) record.Recorded?.Invoke(record, left);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel) =>
        ReadDue(destination, null, due, limit, recipientLimit);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, long flow, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel) =>
        ReadDue(destination, flow, due, limit, recipientLimit);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<FlowBacklog>> ReadFlowsAsync(
        DestinationKey destination, long after, int limit, CancellationToken cancel)
    {
        lock (_gate)
        {
            var flows = Queued(destination)
                .GroupBy(queued => FlowKey.Of(queued.Message.Envelope))
                .Where(flow => flow.Key > after)
                .OrderBy(flow => flow.Key)
                .Take(limit)
                .Select(flow => new FlowBacklog(flow.Key, flow.Min(queued => queued.Recipient.Due)));
            return ValueTask.FromResult<IReadOnlyList<FlowBacklog>>([.. flows]);
        }
    }

    private ValueTask<IReadOnlyList<QueueEntry>> ReadDue(
        DestinationKey destination, long? flow, DateTimeOffset due, int limit, int recipientLimit)
    {
        lock (_gate)
        {
            var entries = Queued(destination)
                .Where(queued => queued.Recipient.Due <= due && (flow is null || flow == FlowKey.Of(queued.Message.Envelope)))
                .Take(limit)
                .GroupBy(queued => queued.Message)
                .SelectMany(group => group.Select(queued => queued.Recipient)
                    .Chunk(recipientLimit > 0 ? recipientLimit : limit)
                    .Select(part => new QueueEntry(group.Key.Envelope, destination, part)
                    { IsWholeMessage = part.Length == group.Key.Recipients.Count }));
            return ValueTask.FromResult<IReadOnlyList<QueueEntry>>([.. entries]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextDueAsync(DestinationKey destination, DateTimeOffset after, CancellationToken cancel)
    {
        lock (_gate)
        {
            var later = Queued(destination).Select(queued => queued.Recipient.Due).Where(due => due > after);
            return ValueTask.FromResult(later.Select(due => (DateTimeOffset?)due).FirstOrDefault());
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DestinationBacklog>> ReadBacklogAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            var backlog = _messages.Values.Where(message => !message.Envelope.IsHeld).SelectMany(message => message.Recipients)
                .GroupBy(recipient => recipient.Destination)
                .Select(group => new DestinationBacklog(group.Key, group.Min(recipient => recipient.Due)));
            return ValueTask.FromResult<IReadOnlyList<DestinationBacklog>>([.. backlog]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<MessageContent?> ReadContentAsync(long messageId, CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult(_messages.GetValueOrDefault(messageId)?.Content);
    }

    /// <inheritdoc/>
    public ValueTask<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult(Find(queueId) is { } found ? new QueuedMessage(found.Envelope, found.Recipients) : null);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<QueuedMessage> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        NewMessage[] all;
        lock (_gate) all = [.. _messages.Values];
        await Task.CompletedTask;
        foreach (var message in all)
        {
            cancel.ThrowIfCancellationRequested();
            yield return new QueuedMessage(message.Envelope, message.Recipients);
        }
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult((long)_messages.Count);
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteAsync(string queueId, CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult(Find(queueId) is { } found && _messages.Remove(found.Envelope.Id));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private NewMessage? Find(string queueId) =>
        QueueId.TryGetMessageId(queueId, out var id) && _messages.GetValueOrDefault(id) is { } found && found.Envelope.QueueId == queueId
            ? found : null;

    private IEnumerable<(NewMessage Message, QueuedRecipient Recipient)> Queued(DestinationKey destination) => _messages.Values
        .Where(message => !message.Envelope.IsHeld)
        .SelectMany(message => message.Recipients.Where(recipient => recipient.Destination == destination),
            (message, recipient) => (message, recipient))
        .OrderBy(queued => queued.recipient.Due).ThenBy(queued => queued.message.Envelope.Id).ThenBy(queued => queued.recipient.Number);

    private bool Apply(DeliveryRecord record)
    {
        foreach (var report in record.Reports) _messages.TryAdd(report.Envelope.Id, report);
        if (!_messages.TryGetValue(record.MessageId, out var message)) return true;
        if (record.MarksWarned) message = message with { Envelope = message.Envelope with { IsWarned = true, WarnAt = null } };
        var left = message.Recipients.Where(recipient => !record.Done.Contains(recipient.Number))
            .Select(recipient => record.Deferred.FirstOrDefault(deferred => deferred.Number == recipient.Number) is { } deferred
                ? recipient with
                {
                    Destination = deferred.Destination,
                    Due = deferred.Due,
                    Attempts = deferred.Attempts,
                    Reason = deferred.Reason,
                    Status = deferred.Status,
                    InDoubt = deferred.InDoubt,
                }
                : recipient)
            .ToList();
        if (left.Count == 0 || record.FinishesMessage) return _messages.Remove(record.MessageId);
        _messages[record.MessageId] = message with { Recipients = left };
        return false;
    }
}
