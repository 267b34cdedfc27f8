namespace BulkRelay.Core.Queue.Store;

/// <summary>
/// The store cannot be opened, or cannot answer just now because it has failed and is being reopened. The message is for the operator:
/// it names the file and what to do.
/// </summary>
public sealed class QueueStoreException : IOException
{
    public QueueStoreException(string message) : base(message) { }

    public QueueStoreException(string message, Exception cause) : base(message, cause) { }
}
