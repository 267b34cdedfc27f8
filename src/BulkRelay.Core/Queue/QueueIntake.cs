using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>The way into the queue for everything that makes messages: SMTP sessions and reports.</summary>
public sealed class QueueIntake
{
    /// <summary>
    /// Routes, stores, and hands over to the destinations. When it returns <see cref="StoreResult.Stored"/> the message is durable and
    /// the relay is responsible for it; otherwise the relay has not taken it and never will.
    /// </summary>
    public ValueTask<StoreResult> SubmitAsync(IncomingMessage message, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>A message id for an envelope that is being built.</summary>
    public long NextMessageId() => throw new NotSupportedException();
}
