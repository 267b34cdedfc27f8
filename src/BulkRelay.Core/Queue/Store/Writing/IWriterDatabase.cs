namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// The one connection that writes to a database, used by the writer's thread only. Failures of the database are
/// <see cref="DatabaseErrorException"/>; what else is thrown is about the values of a request.
/// </summary>
internal interface IWriterDatabase : IDisposable
{
    /// <summary>Messages in the queue as of the last commit.</summary>
    long MessageCount { get; }

    /// <summary>True if a transaction is due though no request waits: there are message ids to reserve.</summary>
    bool HasOwnWork { get; }

    /// <summary>False while no message may be added, because what room there is has to be kept for the results of deliveries.</summary>
    bool TakesMail { get; }

    /// <summary>
    /// True after a <see cref="Write"/> that failed in a way which leaves open whether the transaction was committed.
    /// </summary>
    bool MayHaveCommitted { get; }

    /// <summary>
    /// True if somebody else has owned the queue since this store last opened it: it may have delivered and changed what is known of it
    /// here.
    /// </summary>
    bool HadOtherOwner { get; }

    /// <summary>
    /// Makes the changes of all requests in one transaction, and tells each what came of it. When it returns, all of it is on disk. When it
    /// throws, none of it is there and the connection is ready for the next transaction, unless the database itself has failed
    /// (<see cref="DatabaseErrorException.IsStoreFailure"/>) or has another owner: then nothing is written.
    /// </summary>
    void Write(IReadOnlyList<WriteRequest> requests);

    /// <summary>Whether a message is there, as of the last commit.</summary>
    bool HasMessage(long messageId, string queueId);

    /// <summary>
    /// Asks the database whether the queue is still this store's; a connection that is lost is noticed by it before it is needed.
    /// </summary>
    /// <exception cref="DatabaseErrorException">It is not, or the database does not say.</exception>
    void RequireOwnership();

    /// <summary>Called between transactions: what a database needs now and then.</summary>
    void Maintain();

    /// <summary>Called when the disk is full: does what may help those deletes that need no more room.</summary>
    void MakeRoom();

    /// <summary>Closes a connection that has failed, so that the next opening finds out what is true.</summary>
    void Abandon();
}
