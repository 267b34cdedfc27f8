using System.Runtime.CompilerServices;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Flows;
using BulkRelay.Core.Queue.Steering;
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
    private readonly HashSet<(long Message, int Number)> _parked = [];
    private readonly List<QueueFreeze> _freezes = [];
    private readonly SortedDictionary<(long Message, ReportKind Kind, int Number), UnreportedOutcome> _unreported = [];
    private long _lastId;

    /// <summary>What <see cref="AddAsync"/> answers; only <see cref="StoreResult.Stored"/> stores.</summary>
    public StoreResult Answer { get; set; } = StoreResult.Stored;

    /// <inheritdoc/>
    public bool IsHealthy { get; set; } = true;

    /// <inheritdoc/>
    public StoreRoom Room { get; set; } = new(TakesMail: true, Reusable: 0);

    /// <inheritdoc/>
    public event Action? OwnerChanged;

    /// <summary>Another process has had the store.</summary>
    public void ChangeOwner() => OwnerChanged?.Invoke();

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
                    { IsWholeMessage = part.Length == group.Key.Recipients.Count && Unreported(group.Key.Envelope.Id).Count == 0 }));
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
            var backlog = _messages.Values.SelectMany(message => message.Recipients.Where(r => IsFree(message, r)))
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
    public async IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var message in Matching(filter))
        {
            cancel.ThrowIfCancellationRequested();
            yield return message;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> SelectAsync(QueueFilter filter, long after, int limit, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<long>>([.. Matching(filter).Select(m => m.Envelope.Id).Where(id => id > after).Take(limit)]);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<long, string>> ReadQueueIdsAsync(IReadOnlyList<long> messageIds, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyDictionary<long, string>>(Matching(new QueueFilter { MessageIds = messageIds })
            .ToDictionary(m => m.Envelope.Id, m => m.Envelope.QueueId));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ShapeCell>> ReadShapeAsync(
        QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds, CancellationToken cancel)
    {
        var counted = Matching(filter).SelectMany(
            message => ofSenders ? [message.Envelope.Sender] : message.Recipients.Where(filter.Matches).Select(r => r.Address),
            (message, address) => (Domain: DomainOf(address), Bucket: bounds.Count(bound => message.Envelope.Arrived <= bound)));
        return ValueTask.FromResult<IReadOnlyList<ShapeCell>>(
            [.. counted.GroupBy(c => c).Select(group => new ShapeCell(group.Key.Domain, group.Key.Bucket, group.Count()))]);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            var all = _messages.Values.SelectMany(message => message.Recipients, (message, recipient) => (message, recipient));
            return ValueTask.FromResult<IReadOnlyList<DestinationSummary>>(
            [
                .. all.GroupBy(queued => queued.recipient.Destination).Select(group => new DestinationSummary(group.Key, group.Count(),
                    group.Count(q => q.message.Envelope.IsHeld), group.Count(q => !q.message.Envelope.IsHeld && !IsFree(q.message, q.recipient)),
                    group.Count(q => q.recipient.InDoubt > 0), group.Count(q => q.recipient.Attempts == 0),
                    group.Where(q => IsFree(q.message, q.recipient)).Min(q => (DateTimeOffset?)q.recipient.Due))),
            ]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QueueFreeze>> ReadFreezesAsync(CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult<IReadOnlyList<QueueFreeze>>([.. _freezes.OrderBy(f => f.Since)]);
    }

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult((long)_messages.Count);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> ReadUnreportedMessagesAsync(long after, int limit, CancellationToken cancel)
    {
        lock (_gate)
            return ValueTask.FromResult<IReadOnlyList<long>>([.. _unreported.Keys.Select(key => key.Message).Where(id => id > after)
                .Distinct().Take(limit)]);
    }

    /// <inheritdoc/>
    public ValueTask<UnreportedMessage?> ReadUnreportedAsync(long messageId, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        lock (_gate)
        {
            var outcomes = Unreported(messageId).Take(limit).ToList();
            return ValueTask.FromResult(outcomes.Count == 0 || !_messages.TryGetValue(messageId, out var message) ? null
                : new UnreportedMessage(message.Envelope, outcomes, message.Recipients.Any(r => IsFree(message, r) && r.Due <= now)));
        }
    }

    private List<UnreportedOutcome> Unreported(long messageId) =>
        [.. _unreported.Where(u => u.Key.Message == messageId).Select(u => u.Value)];

    /// <inheritdoc/>
    public ValueTask<QueueChanged> ChangeAsync(
        QueueChange change, IReadOnlyList<long> messageIds, DateTimeOffset now, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (Answer != StoreResult.Stored) throw new QueueStoreException("the test store takes nothing");
            var changed = messageIds.Where(id => Change(change, id, now)).ToList();
            var due = change is QueueChange.Hold or QueueChange.Delete ? [] : changed.SelectMany(id => _messages[id].Recipients,
                (id, recipient) => (_messages[id], recipient)).Where(q => IsFree(q.Item1, q.recipient)).Select(q => q.recipient.Destination);
            return ValueTask.FromResult(new QueueChanged(changed, [.. due.Distinct()]));
        }
    }

    /// <inheritdoc/>
    public ValueTask ParkAsync(long messageId, IReadOnlyList<int> numbers, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (Answer != StoreResult.Stored) throw new QueueStoreException("the test store takes nothing");
            if (_messages.TryGetValue(messageId, out var message) && !message.Envelope.IsHeld)
                foreach (var number in numbers) _parked.Add((messageId, number));
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask<QueueUnparked> UnparkAsync(int limit, CancellationToken cancel)
    {
        lock (_gate)
        {
            var taken = _parked.Order().Take(limit).ToList();
            _parked.ExceptWith(taken);
            var recipients = taken.SelectMany(key => _messages.GetValueOrDefault(key.Message)?.Recipients.Where(r => r.Number == key.Number) ?? []).ToList();
            return ValueTask.FromResult(new QueueUnparked(taken.Count, [.. recipients.Select(r => r.Destination).Distinct()]));
        }
    }

    /// <inheritdoc/>
    public ValueTask FreezeAsync(QueueFreeze freeze, CancellationToken cancel)
    {
        lock (_gate)
        {
            _freezes.RemoveAll(f => f.Scope == freeze.Scope && f.Name == freeze.Name);
            _freezes.Add(freeze);
            return ValueTask.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel)
    {
        lock (_gate) return ValueTask.FromResult(_freezes.RemoveAll(f => f.Scope == scope && f.Name == name) > 0);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private NewMessage? Find(string queueId) =>
        QueueId.TryGetMessageId(queueId, out var id) && _messages.GetValueOrDefault(id) is { } found && found.Envelope.QueueId == queueId
            ? found : null;

    private bool IsFree(NewMessage message, QueuedRecipient recipient) =>
        !message.Envelope.IsHeld && !_parked.Contains((message.Envelope.Id, recipient.Number));

    private List<QueuedMessage> Matching(QueueFilter filter)
    {
        lock (_gate) return [.. _messages.Values.Select(m => new QueuedMessage(m.Envelope, m.Recipients)).Where(filter.Matches)];
    }

    private static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();

    /// <summary>False if the message is not there or is that way already.</summary>
    private bool Change(QueueChange change, long id, DateTimeOffset now)
    {
        if (!_messages.TryGetValue(id, out var message)) return false;
        var envelope = message.Envelope;
        DateTimeOffset NotAfterNow(DateTimeOffset due) => due < now ? due : now;
        if (change == QueueChange.Delete)
        {
            foreach (var key in _unreported.Keys.Where(key => key.Message == id).ToList()) _unreported.Remove(key);
            return _messages.Remove(id);
        }
        if (change is QueueChange.Hold or QueueChange.Requeue || (change == QueueChange.Release && envelope.IsHeld))
            _parked.RemoveWhere(key => key.Message == id);
        var changed = change switch
        {
            QueueChange.Hold when !envelope.IsHeld => message with { Envelope = envelope with { IsHeld = true } },
            QueueChange.Release when envelope.IsHeld => message with { Envelope = envelope with { IsHeld = false } },
            QueueChange.Expire when !envelope.IsExpired => message with
            {
                Envelope = envelope with { IsExpired = true },
                Recipients = [.. message.Recipients.Select(r => r with { Destination = DestinationKey.Expired })],
            },
            QueueChange.Retry when !envelope.IsHeld => message,
            QueueChange.Requeue => message with
            {
                Envelope = envelope with
                {
                    IsHeld = false,
                    IsExpired = false,
                    IsWarned = false,
                    Requeued = now,
                    WarnAt = envelope.WarnAt + (now - envelope.Queued),
                },
                Recipients = [.. message.Recipients.Select(r => r with { Due = now, Attempts = 0, Reason = "", Status = default })],
            },
            _ => null,
        };
        if (changed is null) return false;
        _messages[id] = change is QueueChange.Hold or QueueChange.Requeue ? changed
            : changed with { Recipients = [.. changed.Recipients.Select(r => r with { Due = NotAfterNow(r.Due) })] };
        return true;
    }

    private IEnumerable<(NewMessage Message, QueuedRecipient Recipient)> Queued(DestinationKey destination) => _messages.Values
        .SelectMany(message => message.Recipients.Where(recipient => recipient.Destination == destination && IsFree(message, recipient)),
            (message, recipient) => (message, recipient))
        .OrderBy(queued => queued.recipient.Due).ThenBy(queued => queued.message.Envelope.Id).ThenBy(queued => queued.recipient.Number);

    private bool Apply(DeliveryRecord record)
    {
        foreach (var report in record.Reports) _messages.TryAdd(report.Envelope.Id, report);
        if (!_messages.TryGetValue(record.MessageId, out var message)) return true;
        foreach (var u in record.Unreported) _unreported.TryAdd((record.MessageId, u.Kind, u.Outcome.Recipient.Number), u);
        foreach (var u in record.Reported) _unreported.Remove((record.MessageId, u.Kind, u.Outcome.Recipient.Number));
        if (record.HoldsMessage) message = message with { Envelope = message.Envelope with { IsHeld = true } };
        if (record.MarksWarned) message = message with { Envelope = message.Envelope with { IsWarned = true } };
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
        if ((left.Count == 0 && Unreported(record.MessageId).Count == 0) || record.FinishesMessage)
            return _messages.Remove(record.MessageId);
        _messages[record.MessageId] = message with { Recipients = left };
        return false;
    }
}
