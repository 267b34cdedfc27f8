namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>An operator's wish to delete a message.</summary>
internal sealed class DeleteRequest(long messageId, string queueId) : WriteRequest
{
    private readonly TaskCompletionSource<bool> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _wasThere;

    public Task<bool> Answer => _answer.Task;

    public override void Apply(WriterDatabase database) =>
        _wasThere = database.HasMessage(messageId, queueId) && database.Delete(messageId);

    public override void Committed() => _answer.TrySetResult(_wasThere);

    public override void Refuse(StoreResult result) =>
        _answer.TrySetException(new QueueStoreException(
            $"{queueId}: not deleted: the queue store is {(result == StoreResult.Full ? "full" : "not available")}"));

    public override void Fault(Exception cause) => _answer.TrySetException(cause);

    public override void Resolve(WriterDatabase database)
    {
        if (database.HasMessage(messageId, queueId)) Refuse(StoreResult.Unavailable);
        else _answer.TrySetResult(_wasThere);
    }
}
