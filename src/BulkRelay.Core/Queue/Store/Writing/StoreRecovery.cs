using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// What happens after a failure of the database (an I/O or sync error, damage, a lost connection). A commit is never just repeated: after
/// a failed sync the kernel may have dropped the data and report success the next time, and a server may have committed though its reply
/// was lost. The database is opened again and checked as its driver knows to (<see cref="WriterOptions.Reopen"/>). What is in it then is
/// on disk. Only then do those get their answer whose commit had failed half-way: a client is told yes or no when it is certain.
/// </summary>
internal sealed class StoreRecovery(WriterOptions options, WriterInbox inbox)
{
    private readonly ServiceLog _log = options.Log;
    private readonly List<WriteRequest> _unclear = [];

    /// <summary>
    /// Answers everything whose fate is known with Unavailable, and keeps the rest.
    /// </summary>
    /// <param name="atWork">The requests of the transaction that failed.</param>
    /// <param name="wasCommitting">True if its COMMIT had begun: then it is not known whether it is on disk.</param>
    public void Begin(IEnumerable<WriteRequest> atWork, bool wasCommitting)
    {
        inbox.Refuse();
        if (wasCommitting) _unclear.AddRange(atWork);
        else foreach (var request in atWork) request.Refuse(StoreResult.Unavailable);
    }

    /// <summary>Tries until the database is open and sound; null if the store is closed before.</summary>
    public IWriterDatabase? Reopen()
    {
        for (var delay = options.ReopenDelay; ; delay = delay * 2 < options.LongestReopenDelay ? delay * 2 : options.LongestReopenDelay)
        {
            if (TryReopen() is { } database) return database;
            if (inbox.WaitForClose(delay)) break;
        }
        foreach (var request in _unclear)
            request.Fault(new QueueStoreException("the store was closed before it was known whether this is stored"));
        return null;
    }

    private IWriterDatabase? TryReopen()
    {
        IWriterDatabase? database = null;
        try
        {
            database = options.Reopen();
            foreach (var request in _unclear) request.Resolve(database);
            _unclear.Clear();
            return database;
        }
        catch (Exception e) when (e is DatabaseErrorException or QueueStoreException)
        {
            _log.Error($"queue store: cannot be reopened yet: {e.Message}");
            database?.Abandon();
            return null;
        }
    }
}
