namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>A message that waits to be stored.</summary>
internal sealed class AddRequest(NewMessage message) : WriteRequest
{
    private readonly TaskCompletionSource<StoreResult> _answer = new();

    public NewMessage Message => message;

    public Task<StoreResult> Answer => _answer.Task;

    public override long ContentLength => message.Content.Length;

    public override void Committed() => _answer.TrySetResult(StoreResult.Stored);

    public override void Refuse(StoreResult result) => OnPool(() => _answer.TrySetResult(result));

    public override void Fault(Exception cause) => OnPool(() =>
        _answer.TrySetException(new InvalidOperationException($"{message.Envelope.QueueId}: this message cannot be stored", cause)));

    public override void Resolve(IWriterDatabase database) =>
        Refuse(database.HasMessage(message.Envelope.Id, message.Envelope.QueueId) ? StoreResult.Stored : StoreResult.Unavailable);

    /// <summary>Who waits goes on where the answer is given, and that must not be the writer's thread.</summary>
    private static void OnPool(Action answer) => ThreadPool.UnsafeQueueUserWorkItem(static a => a(), answer, preferLocal: false);

    public override MessageEnvelope? GiveUp()
    {
        Refuse(StoreResult.Unavailable);
        return message.Envelope;
    }
}
