using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Queue.Store.Writing;

/// <summary>
/// The writer's thread: takes all that waits, writes it in one transaction (group commit), and answers when it is on disk. While one
/// transaction is synced the next batch gathers, so batches grow with the load by themselves.
/// </summary>
internal sealed class QueueWriter : IDisposable
{
    private readonly WriterOptions _options;
    private readonly ServiceLog _log;
    private readonly WriterInbox _inbox = new();
    private readonly StoreRecovery _recovery;
    private readonly OwnershipProof _ownership;
    private readonly Thread _thread;
    private readonly List<WriteRequest> _batch = [];
    private readonly List<WriteRequest> _postponed = [];
    private IWriterDatabase _database;
    private DatabaseErrorException? _readerFailure;
    private volatile bool _isHealthy = true;
    private long _retryAt;
    private long _messageCount;

    public QueueWriter(WriterOptions options, IWriterDatabase database)
    {
        _options = options;
        _log = options.Log;
        _database = database;
        _recovery = new StoreRecovery(options, _inbox);
        _ownership = new OwnershipProof(options.Time, options.ProofLimit);
        WriteBatch(); // reserves the first block of ids
        _thread = new Thread(Run) { IsBackground = true, Name = "queue writer" };
        _thread.Start();
    }

    /// <summary>
    /// False while the database is being reopened, while there are records that the full disk has not taken, and while it is not known
    /// whether the queue is still this store's.
    /// </summary>
    public bool IsHealthy => _isHealthy && _ownership.Holds;

    /// <summary>Messages in the queue as of the last commit.</summary>
    public long MessageCount => Volatile.Read(ref _messageCount);

    /// <inheritdoc cref="IQueueStore.AddAsync"/>
    public async ValueTask<StoreResult> AddAsync(NewMessage message, CancellationToken cancel)
    {
        var request = new AddRequest(message);
        return await _inbox.PutAsync(request, cancel).ConfigureAwait(false)
            ? await request.Answer.ConfigureAwait(false) : StoreResult.Unavailable;
    }

    /// <summary>Does what an operator wants.</summary>
    /// <exception cref="QueueStoreException">The store is full or being reopened: nothing is changed, or nobody knows.</exception>
    public async ValueTask<T> WriteAsync<T>(OperatorRequest<T> request, CancellationToken cancel)
    {
        if (!await _inbox.PutAsync(request, cancel).ConfigureAwait(false)) request.Refuse(StoreResult.Unavailable);
        return await request.Answer.ConfigureAwait(false);
    }

    /// <inheritdoc cref="WriterInbox.PutRecord"/>
    public void PutRecord(DeliveryRecord record) => _inbox.PutRecord(new RecordRequest(record, _log));

    /// <summary>Asks for a further block of message ids.</summary>
    public void ReserveIds() => _inbox.Nudge();

    /// <summary>A reader has found the database failing: the writer takes it down and reopens it.</summary>
    public void ReportFailure(DatabaseErrorException failure)
    {
        Volatile.Write(ref _readerFailure, failure);
        _inbox.Nudge();
    }

    /// <summary>Writes what waits and closes the database.</summary>
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
            catch (DatabaseErrorException e)
            {
                running = Recover(e);
            }
        }
        if (_postponed.Count > 0)
            _log.Error($"queue store: {_postponed.Count} results of deliveries could not be stored: these go out again");
        _options.Readers.Suspend();
        _database.Dispose();
    }

    private void WriteUntilClosed()
    {
        while (_inbox.Take(_batch, _postponed.Count > 0 ? _options.FullRetryDelay : _options.IdleCheck))
        {
            if (Interlocked.Exchange(ref _readerFailure, null) is { } failure) throw failure;
            WriteBatch();
            // In time for the idle: the next wait ends before the proof does.
            if (_ownership.Age > _options.IdleCheck / 2) _ownership.Renew(_database.RequireOwnership);
            _database.Maintain();
        }
        _retryAt = 0;
        WriteBatch();
    }

    private void WriteBatch()
    {
        TakePostponed();
        if (!_database.TakesMail) RefuseMail();
        if (_batch.Count > 0 || _database.HasOwnWork)
        {
            try
            {
                Write(_batch);
            }
            catch (Exception e) when (IsOfRequest(e))
            {
                WriteOneByOne(e is DatabaseErrorException { IsFull: true });
            }
            _batch.Clear();
        }
        _isHealthy = _postponed.Count == 0;
    }

    private void RefuseMail()
    {
        foreach (var message in _batch.OfType<AddRequest>()) message.Refuse(StoreResult.Full);
        _batch.RemoveAll(request => request is AddRequest);
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
        _ownership.Renew(() => _database.Write(requests));
        Volatile.Write(ref _messageCount, _database.MessageCount);
        CommitAnswers.Send(requests);
    }

    /// <summary>
    /// After a batch that failed because of one of its requests or because the disk is full: each in a transaction of its own, so that
    /// one does not fail the others. Results of deliveries go first: they need little room, and they must not be forgotten.
    /// </summary>
    private void WriteOneByOne(bool isFull)
    {
        if (isFull) _database.MakeRoom();
        if (!_database.TakesMail) RefuseMail();
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
            var isFull = e is DatabaseErrorException { IsFull: true };
            if (!isFull) request.Fault(e);
            else if (request.IsUrgent) request.Refuse(StoreResult.Full);
            else _postponed.Add(request);
            // What it has written so far takes room up that others need.
            if (isFull && request.IsUrgent) _database.MakeRoom();
            return !isFull;
        }
    }

    /// <summary>True for failures after which the database is as it was before the transaction.</summary>
    private static bool IsOfRequest(Exception e) => e is not DatabaseErrorException { IsStoreFailure: true };

    /// <summary>Takes the failed database down and waits for it to come back; false if the store was closed before.</summary>
    private bool Recover(DatabaseErrorException failure)
    {
        _isHealthy = false;
        _log.Error($"queue store: {failure.Message}: until the database is reopened and checked no mail is taken and no delivery starts");
        _options.Readers.Suspend();
        var mayHaveCommitted = _database.MayHaveCommitted;
        _database.Abandon();
        _postponed.AddRange(_batch.Where(request => !request.IsUrgent));
        foreach (var record in _batch.OfType<RecordRequest>()) record.IsRepeated |= mayHaveCommitted;
        _recovery.Begin(_batch.Where(request => request.IsUrgent), mayHaveCommitted);
        _batch.Clear();
        if (_recovery.Reopen() is not { } database) return false;
        _database = database;
        Volatile.Write(ref _messageCount, database.MessageCount);
        _options.Readers.Resume();
        if (database.HadOtherOwner)
        {
            _log.Warning($"queue store: another relay has had the queue meanwhile: what was read of it before is dropped");
            _options.OwnerChanged();
        }
        _retryAt = 0;
        _inbox.Accept();
        _inbox.Nudge();
        _log.Info($"queue store: reopened and checked, {database.MessageCount} messages");
        return true;
    }
}
