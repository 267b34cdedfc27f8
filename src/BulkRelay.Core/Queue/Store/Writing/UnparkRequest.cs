namespace BulkRelay.Core.Queue.Store.Writing;

/// <inheritdoc cref="IQueueStore.UnparkAsync"/>
internal sealed class UnparkRequest(int limit) : OperatorRequest<QueueUnparked>
{
    public int Limit => limit;
}
