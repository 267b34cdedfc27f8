namespace BulkRelay.Core.Queue.Store.Writing;

/// <inheritdoc cref="IQueueStore.FreezeAsync"/>
internal sealed class FreezeRequest(QueueFreeze freeze) : OperatorRequest<bool>
{
    public QueueFreeze Freeze => freeze;
}
