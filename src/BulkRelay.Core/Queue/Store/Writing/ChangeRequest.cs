namespace BulkRelay.Core.Queue.Store.Writing;

/// <inheritdoc cref="IQueueStore.ChangeAsync"/>
internal sealed class ChangeRequest(QueueChange change, IReadOnlyList<long> messageIds, DateTimeOffset now) : OperatorRequest<QueueChanged>
{
    public QueueChange Change => change;

    public IReadOnlyList<long> MessageIds => messageIds;

    public DateTimeOffset Now => now;
}
