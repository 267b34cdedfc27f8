using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// The result of a delivery. It is never refused: what has been delivered has to be written down, however long that takes.
/// </summary>
internal sealed class RecordRequest(DeliveryRecord record, ServiceLog log) : WriteRequest
{
    public DeliveryRecord Record => record;

    /// <summary>Set by the database inside the transaction: the message has left the queue with this record, or had left before.</summary>
    public bool MessageLeft { get; set; }

    /// <summary>True once it was in a transaction that failed in a way which leaves open whether it was committed.</summary>
    public bool IsRepeated { get; set; }

    public override long ContentLength => record.Reports.Count == 0 ? 0 : record.Reports.Sum(report => report.Content.Length);

    public override bool IsUrgent => false;

    public override void Committed()
    {
        try
        {
            record.Recorded?.Invoke(record, MessageLeft);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            log.Error($"queue store: a {nameof(DeliveryRecord.Recorded)} handler failed: {e.Message}");
        }
    }

    public override void Refuse(StoreResult result) => throw new InvalidOperationException("a record is not refused");

    /// <summary>The message stays as it is in the queue, so that nothing is lost by the fault; it is tried again after a restart.</summary>
    public override void Fault(Exception cause) =>
        log.Error($"queue store: the record of message {record.MessageId} cannot be stored: {cause.Message}");

    /// <summary>Not needed: a record is written again after the reopening, and may be.</summary>
    public override void Resolve(IWriterDatabase database) => throw new InvalidOperationException("a record is written again");

    /// <inheritdoc cref="Resolve"/>
    public override MessageEnvelope? GiveUp() => throw new InvalidOperationException("a record is written again");
}
