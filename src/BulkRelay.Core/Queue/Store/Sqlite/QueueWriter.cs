using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// The writer's thread: takes all that waits, writes it in one transaction (group commit), and answers when it is on disk. While one
/// transaction is synced the next batch gathers, so batches grow with the load by themselves.
/// </summary>
internal sealed class QueueWriter : IDisposable
{
    /// <summary>The operator is told when readers hold back so many times what a checkpoint takes (320 MB).</summary>
    private const int LongLog = 10;

    private readonly SqliteStoreOptions _options;
    private readonly ServiceLog _log;
    private readonly MessageIds _ids;
    private readonly ReaderPool _readers;
    private readonly WriterInbox _inbox = new();
    private readonly StoreRecovery _recovery;
    private readonly Thread _thread;
    private readonly List<WriteRequest> _batch = [];
    private readonly List<WriteRequest> _postponed = [];
    private WriterDatabase _database;
    private SqliteErrorException? _readerFailure;
    private volatile bool _isHealthy = true;
    private bool _isCommitting;
    private long _retryAt;
    private long _messageCount;

    public QueueWriter(SqliteStoreOptions options, WriterDatabase database, MessageIds ids, ReaderPool readers)
    {
        _options = options;
        _log = options.Log;
        _database = database;
        _ids = ids;
        _readers = readers;
        _recovery = new StoreRecovery(options, _inbox);
        WriteBatch(); // reserves the first block of ids
        _thread = new Thread(Run) { IsBackground = true, Name = "queue writer" };
        _thread.Start();
    }

    /// <summary>False while the database is being reopened, and while there are records that the full disk has not taken.</summary>
    public bool IsHealthy => _isHealthy;

    /// <summary>Messages in the queue as of the last commit.</summary>
    public long MessageCount => Volatile.Read(ref _messageCount);

    /// <inheritdoc cref="WriterInbox.PutAsync"/>
    public ValueTask<bool> PutAsync(WriteRequest request, CancellationToken cancel) => _inbox.PutAsync(request, cancel);

    /// <inheritdoc cref="WriterInbox.PutRecord"/>
    public void PutRecord(DeliveryRecord record) => _inbox.PutRecord(new RecordRequest(record, _log));

    /// <summary>Asks for a further block of message ids.</summary>
    public void ReserveIds() => _inbox.Nudge();

    /// <summary>A reader has found the database failing: the writer takes it down and reopens it.</summary>
    public void ReportFailure(SqliteErrorException failure)
    {
        Volatile.Write(ref _readerFailure, failure);
        _inbox.Nudge();
    }

    /// <summary>Writes what waits, copies the log into the database and closes it.</summary>
    public void Dispose()
    {
        _inbox.Close();
        _thread.Join();
        _inbox.Dispose();
    }

    private void Run()
    {
        for (var running = true; running;)
        {
            try
            {
                WriteUntilClosed();
                running = false;
            }
            catch (SqliteErrorException e)
            {
                running = Recover(e);
            }
        }
        if (_postponed.Count > 0)
            _log.Error($"queue store: {_postponed.Count} results of deliveries could not be stored: these go out again");
        _readers.Suspend();
        _database.Dispose();
    }

    private void WriteUntilClosed()
    {
        while (_inbox.Take(_batch, _postponed.Count > 0 ? _options.FullRetryDelay : Timeout.InfiniteTimeSpan))
        {
            if (Interlocked.Exchange(ref _readerFailure, null) is { } failure) throw failure;
            WriteBatch();
            WarnOfHeldLog(_database.CheckpointIfDue());
        }
        _retryAt = 0;
        WriteBatch();
    }

    private void WarnOfHeldLog(int timesTooLong)
    {
        if (timesTooLong >= LongLog) _log.Warning($"queue store: a reader keeps the log of {_options.File} from being copied; it grows");
    }

    private void WriteBatch()
    {
        TakePostponed();
        if (_batch.Count > 0 || _ids.NeedReservation)
        {
            try
            {
                Write(_batch);
            }
            catch (Exception e) when (IsOfRequest(e))
            {
                WriteOneByOne(e is SqliteErrorException { IsFull: true });
            }
            _batch.Clear();
        }
        _isHealthy = _postponed.Count == 0;
    }

    /// <summary>Records that the full disk refused go first when their time has come; until then younger ones wait with them.</summary>
    private void TakePostponed()
    {
        if (_postponed.Count == 0) return;
        if (Environment.TickCount64 < _retryAt)
        {
            _postponed.AddRange(_batch.Where(request => !request.IsUrgent));
            _batch.RemoveAll(request => !request.IsUrgent);
        }
        else
        {
            _batch.InsertRange(0, _postponed);
            _postponed.Clear();
        }
    }

    private void Write(IReadOnlyList<WriteRequest> requests)
    {
        var idsEnd = _ids.EndToReserve();
        _database.Begin();
        foreach (var request in requests) request.Apply(_database);
#if MUTANT_ACK_BEFORE_COMMIT
        foreach (var request in requests) request.Committed();
#endif
        _isCommitting = true;
        _database.Commit(idsEnd);
        _isCommitting = false;
        _ids.Reserved(idsEnd);
        Volatile.Write(ref _messageCount, _database.MessageCount);
        foreach (var request in requests) request.Committed();
    }

    /// <summary>
    /// After a batch that failed because of one of its requests or because the disk is full: each in a transaction of its own, so that
    /// one does not fail the others. Results of deliveries go first: they need little room, and they must not be forgotten.
    /// </summary>
    private void WriteOneByOne(bool isFull)
    {
        EndFailedTransaction();
        if (isFull) MakeRoomInLog();
        var recordsAreFull = false;
        foreach (var request in _batch.OrderBy(request => request.IsUrgent).ToArray())
        {
            if (recordsAreFull && !request.IsUrgent) _postponed.Add(request);
            else if (!TryWrite(request) && !request.IsUrgent) recordsAreFull = true;
            _batch.Remove(request);
        }
        if (_postponed.Count > 0) _retryAt = Environment.TickCount64 + (long)_options.FullRetryDelay.TotalMilliseconds;
    }

    /// <summary>False if the disk is full.</summary>
    private bool TryWrite(WriteRequest request)
    {
        try
        {
            Write([request]);
            return true;
        }
        catch (Exception e) when (IsOfRequest(e))
        {
            EndFailedTransaction();
            var isFull = e is SqliteErrorException { IsFull: true };
            if (!isFull) request.Fault(e);
            else if (request.IsUrgent) request.Refuse(StoreResult.Full);
            else _postponed.Add(request);
            return !isFull;
        }
    }

    /// <summary>True for failures after which the database is as it was before the transaction.</summary>
    private static bool IsOfRequest(Exception e) => e is not SqliteErrorException { IsStoreFailure: true };

    private void EndFailedTransaction()
    {
        _isCommitting = false;
        _database.Rollback();
    }

    /// <summary>
    /// On a full disk: once the log is copied its space is used anew, so deletes go on as long as the database need not grow.
    /// </summary>
    private void MakeRoomInLog()
    {
        try
        {
            _database.Checkpoint(truncate: false);
        }
        catch (SqliteErrorException e) when (e.IsFull)
        {
            // The database has to grow first: nothing can be written until there is room.
        }
    }

    /// <summary>Takes the failed database down and waits for it to come back; false if the store was closed before.</summary>
    private bool Recover(SqliteErrorException failure)
    {
        _isHealthy = false;
        _log.Error($"queue store: {failure.Message}: until the database is reopened and checked no mail is taken and no delivery starts");
        _readers.Suspend();
        _database.Abandon();
        _postponed.AddRange(_batch.Where(request => !request.IsUrgent));
        _recovery.Begin(_batch.Where(request => request.IsUrgent), _isCommitting);
        _batch.Clear();
        _isCommitting = false;
        if (_recovery.Reopen() is not { } database) return false;
        _database = database;
        _ids.Reserved(database.NextMessageId);
        Volatile.Write(ref _messageCount, database.MessageCount);
        _readers.Resume();
        _retryAt = 0;
        _inbox.Accept();
        _inbox.Nudge();
        _log.Info($"queue store: reopened and checked, {database.MessageCount} messages");
        return true;
    }
}
