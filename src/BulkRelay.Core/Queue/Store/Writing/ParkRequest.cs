namespace BulkRelay.Core.Queue.Store.Writing;

/// <inheritdoc cref="IQueueStore.ParkAsync"/>
internal sealed class ParkRequest(long messageId, IReadOnlyList<int> numbers) : OperatorRequest<bool>
{
    public long MessageId => messageId;

    public IReadOnlyList<int> Numbers => numbers;
}
