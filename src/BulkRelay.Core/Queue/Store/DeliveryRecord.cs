using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue.Store;

/// <summary>A recipient that stays in the queue, with its new state.</summary>
public sealed record DeferredRecipient(int Number, DestinationKey Destination, DateTimeOffset Due, int Attempts, string Reason, EnhancedStatus Status)
{
    /// <inheritdoc cref="QueuedRecipient.InDoubt"/>
    public int InDoubt { get; init; }
}

/// <summary>
/// The result of one delivery request as it goes to the store, in one transaction: recipients that are done leave, others get their new
/// due time, and a report to the sender is added. When the last recipient leaves, the message and its content leave with it.
/// </summary>
public sealed record DeliveryRecord(long MessageId, IReadOnlyList<int> Done, IReadOnlyList<DeferredRecipient> Deferred)
{
    /// <summary>Set when <see cref="Done"/> is all that the message has left (see <see cref="QueueEntry.IsWholeMessage"/>): saves the store a look.</summary>
    public bool FinishesMessage { get; init; }

    /// <summary>
    /// What became of recipients in <see cref="Done"/> of which the sender is to be told later, together with what becomes of others. The
    /// message stays until it is.
    /// </summary>
    public IReadOnlyList<UnreportedOutcome> Unreported { get; init; } = [];

    /// <summary>What was kept to be reported and is by <see cref="Reports"/>.</summary>
    public IReadOnlyList<UnreportedOutcome> Reported { get; init; } = [];

    /// <summary>Reports that are queued in the same transaction, so that a failure is never forgotten.</summary>
    public IReadOnlyList<NewMessage> Reports { get; init; } = [];

    /// <summary>
    /// True if the sender has been warned with this record: sets <see cref="MessageEnvelope.IsWarned"/>.
    /// </summary>
    public bool MarksWarned { get; init; }

    /// <summary>True if the whole message is held from now on.</summary>
    public bool HoldsMessage { get; init; }

    /// <summary>
    /// Called once after the commit, on the writer's thread: must be short and must not throw. The argument is true if the message
    /// has left the queue. Not called if the store fails before; the store keeps the record and writes it after reopening.
    /// </summary>
    public Action<DeliveryRecord, bool>? Recorded { get; init; }
}
