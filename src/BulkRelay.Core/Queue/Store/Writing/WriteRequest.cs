namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// Something that waits for the writer. What it changes is known to the <see cref="IWriterDatabase"/>; it knows what to answer. All
/// members are called on the writer's thread unless they say otherwise.
/// </summary>
internal abstract class WriteRequest
{
    /// <summary>Octets of content that it brings into a transaction.</summary>
    public virtual long ContentLength => 0;

    /// <summary>True if somebody waits for the answer; false if it may wait some milliseconds for company.</summary>
    public virtual bool IsUrgent => true;

    /// <summary>
    /// The transaction is on disk. Called on a thread of the pool if somebody waits (<see cref="IsUrgent"/>), who goes on in this call.
    /// </summary>
    public abstract void Committed();

    /// <summary>It is certainly not stored and will not be tried again. Safe from any thread.</summary>
    public abstract void Refuse(StoreResult result);

    /// <summary>Its own values cannot be stored: a fault of the program.</summary>
    public abstract void Fault(Exception cause);

    /// <summary>
    /// Answers when the commit failed in a way that leaves open what became of it, from what the reopened database holds.
    /// </summary>
    public abstract void Resolve(IWriterDatabase database);

    /// <summary>
    /// As <see cref="Resolve"/> when that takes too long: answers that it is not done. Returns the message that has to be removed to make that
    /// true, should it be there; null for none.
    /// </summary>
    public abstract MessageEnvelope? GiveUp();
}
