namespace BulkRelay.Core.Queue.Store;

/// <summary>A destination that has mail in the store, and when its first recipient is due.</summary>
public readonly record struct DestinationBacklog(DestinationKey Destination, DateTimeOffset FirstDue);

/// <summary>A flow that has mail for a destination in the store, and when its first recipient is due.</summary>
/// <param name="Flow"><see cref="Flows.FlowKey"/>.</param>
/// <param name="FirstDue">The earliest due time.</param>
public readonly record struct FlowBacklog(long Flow, DateTimeOffset FirstDue);

/// <summary>One message of a listing, with the recipients that are left.</summary>
public sealed record QueuedMessage(MessageEnvelope Envelope, IReadOnlyList<QueuedRecipient> Recipients);

/// <summary>Recipients that were taken back from a freeze, and where they are to go.</summary>
public readonly record struct QueueUnparked(int Recipients, IReadOnlyList<DestinationKey> Destinations);

/// <summary>
/// The durable queue. One process writes it; every method is safe to call from any thread. What it promises: a message for which
/// <see cref="AddAsync"/> returned <see cref="StoreResult.Stored"/> is there after a crash and after a power cut; any other result
/// means that it is not there and never will be. Records of deliveries may be lost by a power cut (a duplicate then, never a loss).
/// Reads throw <see cref="QueueStoreException"/> while the store is being reopened after a failure (<see cref="IsHealthy"/> is false then).
/// </summary>
public interface IQueueStore : IQueueReader
{
    /// <summary>A message id that was never given out before, by any process.</summary>
    long NextMessageId();

    /// <summary>
    /// Stores a message with recipients and content in one transaction. Waits while the writer is busy (that is the backpressure),
    /// completes when the message is durable or certainly not stored. Cancellation ends only the wait for the writer's room
    /// (<see cref="OperationCanceledException"/>: not stored); once the writer has the message, the answer is awaited.
    /// </summary>
    ValueTask<StoreResult> AddAsync(NewMessage message, CancellationToken cancel);

    /// <summary>
    /// Queues a record for the next transaction. Returns at once; <see cref="DeliveryRecord.Recorded"/> tells when it is written.
    /// </summary>
    void Record(DeliveryRecord record);

    /// <summary>
    /// True while results can be written. While it is false no new delivery may start: a delivery whose result cannot be
    /// recorded would be made again.
    /// </summary>
    bool IsHealthy { get; }

    /// <summary>The room for mail as the store knows it; whether the disk has any is another question.</summary>
    StoreRoom Room { get; }

    /// <summary>
    /// Another process has had the queue since it was last known to be this one's, and left it again: it may have delivered, changed and
    /// added mail, so whatever was read before does not hold any more. Raised while <see cref="IsHealthy"/> is false yet, on the store's
    /// thread.
    /// </summary>
    event Action? OwnerChanged;

    /// <summary>
    /// The first recipients of a destination that are due at <paramref name="due"/>, earliest first, at most <paramref name="limit"/>,
    /// grouped to entries of at most <paramref name="recipientLimit"/> recipients (0: no limit). Held messages are left out.
    /// Reads do not claim: the caller drops what it has in hand already.
    /// </summary>
    ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel);

    /// <summary>As the other one, for the mail of one flow (<see cref="Flows.FlowKey"/>).</summary>
    ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, long flow, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel);

    /// <summary>
    /// The flows that have mail for a destination (held mail not counted), due or not, in the order of their numbers from over
    /// <paramref name="after"/> on, at most <paramref name="limit"/>. The cost grows with that limit, not with the mail.
    /// </summary>
    ValueTask<IReadOnlyList<FlowBacklog>> ReadFlowsAsync(DestinationKey destination, long after, int limit, CancellationToken cancel);

    /// <summary>
    /// When the first of those recipients of a destination is due that are due later than <paramref name="after"/>; null if it has none
    /// (held ones not counted).
    /// </summary>
    ValueTask<DateTimeOffset?> NextDueAsync(DestinationKey destination, DateTimeOffset after, CancellationToken cancel);

    /// <summary>
    /// All destinations that have mail (held mail not counted), without reading all of it: the cost grows with destinations, not with
    /// messages.
    /// </summary>
    ValueTask<IReadOnlyList<DestinationBacklog>> ReadBacklogAsync(CancellationToken cancel);

    /// <summary>
    /// The messages of which there is something to report, in order of their ids from over <paramref name="after"/> on, at most
    /// <paramref name="limit"/>.
    /// </summary>
    ValueTask<IReadOnlyList<long>> ReadUnreportedMessagesAsync(long after, int limit, CancellationToken cancel);

    /// <summary>
    /// What there is to report of a message, at most <paramref name="limit"/> outcomes; null if there is nothing.
    /// <see cref="UnreportedMessage.HasDue"/> is as of <paramref name="now"/>.
    /// </summary>
    ValueTask<UnreportedMessage?> ReadUnreportedAsync(long messageId, DateTimeOffset now, int limit, CancellationToken cancel);

    /// <summary>
    /// Changes messages in one transaction; those that are not there, or are that way already, are passed over. Durable when it completes.
    /// A delivery that is under way ends as it will, and its record finds what the change left.
    /// </summary>
    /// <exception cref="QueueStoreException">The store is full or being reopened: nothing is changed, or nobody knows; to be repeated.</exception>
    ValueTask<QueueChanged> ChangeAsync(QueueChange change, IReadOnlyList<long> messageIds, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Sets recipients of a message aside for a freeze: they are not due until <see cref="UnparkAsync"/>.</summary>
    /// <exception cref="QueueStoreException">As for <see cref="ChangeAsync"/>.</exception>
    ValueTask ParkAsync(long messageId, IReadOnlyList<int> numbers, CancellationToken cancel);

    /// <summary>
    /// Takes recipients back that were set aside, at most <paramref name="limit"/>. Returns how many they were, and their destinations.
    /// </summary>
    /// <exception cref="QueueStoreException">As for <see cref="ChangeAsync"/>.</exception>
    ValueTask<QueueUnparked> UnparkAsync(int limit, CancellationToken cancel);

    /// <summary>Keeps a freeze, in the place of one of the same scope and name.</summary>
    /// <exception cref="QueueStoreException">As for <see cref="ChangeAsync"/>.</exception>
    ValueTask FreezeAsync(QueueFreeze freeze, CancellationToken cancel);

    /// <summary>Forgets a freeze; false if there was none.</summary>
    /// <exception cref="QueueStoreException">As for <see cref="ChangeAsync"/>.</exception>
    ValueTask<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel);
}
