namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>An operator's wish to delete a message.</summary>
internal sealed class DeleteRequest(long messageId, string queueId) : WriteRequest
{
    private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long MessageId => messageId;

    public string QueueId => queueId;

    /// <summary>Set by the database inside the transaction. True as long as that is not known: what is gone then is taken to be deleted.</summary>
    public bool WasThere { get; set; } = true;

    public Task<bool> Answer => _answer.Task;

    public override void Committed() => _answer.TrySetResult(WasThere);

    public override void Refuse(StoreResult result) =>
        _answer.TrySetException(new QueueStoreException(
            $"{queueId}: not deleted: the queue store is {(result == StoreResult.Full ? "full" : "not available")}"));

    public override void Fault(Exception cause) => _answer.TrySetException(cause);

    public override void Resolve(IWriterDatabase database)
    {
        if (database.HasMessage(messageId, queueId)) Refuse(StoreResult.Unavailable);
        else _answer.TrySetResult(WasThere);
    }
}
