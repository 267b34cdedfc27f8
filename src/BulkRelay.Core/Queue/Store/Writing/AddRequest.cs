namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>A message that waits to be stored.</summary>
internal sealed class AddRequest(NewMessage message) : WriteRequest
{
    private readonly TaskCompletionSource<StoreResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NewMessage Message => message;

    public Task<StoreResult> Answer => _answer.Task;

    public override long ContentLength => message.Content.Length;

    public override void Committed() => _answer.TrySetResult(StoreResult.Stored);

    public override void Refuse(StoreResult result) => _answer.TrySetResult(result);

    public override void Fault(Exception cause) =>
        _answer.TrySetException(new InvalidOperationException($"{message.Envelope.QueueId}: this message cannot be stored", cause));

    public override void Resolve(IWriterDatabase database) =>
        _answer.TrySetResult(database.HasMessage(message.Envelope.Id, message.Envelope.QueueId)
            ? StoreResult.Stored : StoreResult.Unavailable);

    public override MessageEnvelope? GiveUp()
    {
        _answer.TrySetResult(StoreResult.Unavailable);
        return message.Envelope;
    }
}
