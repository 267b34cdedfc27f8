namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>An operator's wish that waits for the writer. It may be made twice: what it asks for is a state, not a step.</summary>
internal abstract class OperatorRequest<T> : WriteRequest
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What came of it: set by the database inside the transaction.</summary>
    public T Result { get; set; } = default!;

    public Task<T> Answer => _answer.Task;

    public override void Committed() => _answer.TrySetResult(Result);

    public override void Refuse(StoreResult result) => _answer.TrySetException(new QueueStoreException(
        $"the queue store is {(result == StoreResult.Full ? "full" : "not available")}: nothing of this step is changed, try again"));

    public override void Fault(Exception cause) => _answer.TrySetException(cause);

    public override void Resolve(IWriterDatabase database) => _answer.TrySetException(new QueueStoreException(
        "the queue store failed over this step and was reopened: it may be changed or not, try again"));

    public override MessageEnvelope? GiveUp()
    {
        _answer.TrySetException(new QueueStoreException("the queue store failed over this step: it may be changed or not, try again"));
        return null;
    }
}
