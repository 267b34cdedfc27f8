using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// What happens after a failure of the database (an I/O or sync error, damage). A commit is never just repeated: after a failed sync the
/// kernel may have dropped the data and report success the next time. The database is closed without touching its files, opened again
/// (which checks the log frame by frame), checked as a whole, and the log is copied with fresh syncs. What is in the database then is on
/// disk. Only then do those get their answer whose commit had failed half-way: a client is told yes or no when it is certain.
/// </summary>
internal sealed class StoreRecovery(SqliteStoreOptions options, WriterInbox inbox)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

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
    public WriterDatabase? Reopen()
    {
        for (var delay = options.ReopenDelay; ; delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay)
        {
            if (TryReopen() is { } database) return database;
            if (inbox.WaitForClose(delay)) break;
        }
        foreach (var request in _unclear)
            request.Fault(new QueueStoreException("the store was closed before it was known whether this is stored"));
        return null;
    }

    private WriterDatabase? TryReopen()
    {
        WriterDatabase? database = null;
        try
        {
            database = WriterDatabase.Open(options.File);
            database.Verify(options.File);
            foreach (var request in _unclear) request.Resolve(database);
            _unclear.Clear();
            return database;
        }
        catch (Exception e) when (e is SqliteErrorException or QueueStoreException)
        {
            _log.Error($"queue store: cannot be reopened yet: {e.Message}");
            database?.Abandon();
            return null;
        }
    }
}
