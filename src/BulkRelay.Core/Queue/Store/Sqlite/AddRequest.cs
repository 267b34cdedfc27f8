namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>A message that waits to be stored.</summary>
internal sealed class AddRequest(NewMessage message) : WriteRequest
{
    private readonly TaskCompletionSource<StoreResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<StoreResult> Answer => _answer.Task;

    public override long ContentLength => message.Content.Length;

    public override void Apply(WriterDatabase database) => database.Add(message);

    public override void Committed() => _answer.TrySetResult(StoreResult.Stored);

    public override void Refuse(StoreResult result) => _answer.TrySetResult(result);

    public override void Fault(Exception cause) =>
        _answer.TrySetException(new InvalidOperationException($"{message.Envelope.QueueId}: this message cannot be stored", cause));

    public override void Resolve(WriterDatabase database) =>
        _answer.TrySetResult(database.HasMessage(message.Envelope.Id, message.Envelope.QueueId)
            ? StoreResult.Stored : StoreResult.Unavailable);
}
