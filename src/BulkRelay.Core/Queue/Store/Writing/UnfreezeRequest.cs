namespace BulkRelay.Core.Queue.Store.Writing;

/// <inheritdoc cref="IQueueStore.UnfreezeAsync"/>
internal sealed class UnfreezeRequest(FreezeScope scope, string name) : OperatorRequest<bool>
{
    public FreezeScope Scope => scope;

    public string Name => name;
}
