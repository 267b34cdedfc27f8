using BulkRelay.Core.Queue.Flows;
using BulkRelay.Core.Queue.Store.Writing;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// The one connection that writes and checkpoints: settings, statements, and what a message and a record are in rows. Used by the
/// writer's thread only.
/// </summary>
internal sealed class WriterDatabase : IWriterDatabase
{
    private static readonly NamedStatements Statements = new("Sqlite.Sql.Writer.sql");

    private readonly SqliteStoreOptions _options;
    private readonly MessageIds _ids;
    private readonly string _owner;
    private readonly Checkpoints _checkpoints;
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _addMessage;
    private readonly SqliteStatement _addContent;
    private readonly SqliteStatement _addRecipient;
    private readonly SqliteStatement _deleteMessage;
    private readonly SqliteStatement _deleteContent;
    private readonly SqliteStatement _deleteRecipients;
    private readonly SqliteStatement _deleteRecipient;
    private readonly SqliteStatement _deferRecipient;
    private readonly SqliteStatement _addUnreported;
    private readonly SqliteStatement _deleteReported;
    private readonly SqliteStatement _deleteUnreported;
    private readonly SqliteStatement _markWarned;
    private readonly SqliteStatement _hasRecipients;
    private readonly SqliteStatement _hasMessage;
    private readonly SqliteStatement _findQueueId;
    private readonly SqliteStatement _updateState;
    private readonly SqliteStatement _readOwner;
    private readonly ChangeStatements _changes;
    private long _added;
    private long _nextMessageId;

    private WriterDatabase(SqliteDatabase database, SqliteStoreOptions options, MessageIds ids, string owner, DiskReserve reserve)
    {
        _options = options;
        _ids = ids;
        _owner = owner;
        _database = database;
        _begin = database.Prepare("BEGIN IMMEDIATE", "begin");
        _commit = database.Prepare("COMMIT", "commit");
        _addMessage = database.Prepare(Statements, "add_message");
        _addContent = database.Prepare(Statements, "add_content");
        _addRecipient = database.Prepare(Statements, "add_recipient");
        _deleteMessage = database.Prepare(Statements, "delete_message");
        _deleteContent = database.Prepare(Statements, "delete_content");
        _deleteRecipients = database.Prepare(Statements, "delete_recipients");
        _deleteRecipient = database.Prepare(Statements, "delete_recipient");
        _deferRecipient = database.Prepare(Statements, "defer_recipient");
        _addUnreported = database.Prepare(Statements, "add_unreported");
        _deleteReported = database.Prepare(Statements, "delete_reported");
        _deleteUnreported = database.Prepare(Statements, "delete_unreported");
        _markWarned = database.Prepare(Statements, "mark_warned");
        _hasRecipients = database.Prepare(Statements, "has_recipients");
        _hasMessage = database.Prepare(Statements, "has_message");
        _findQueueId = database.Prepare(Statements, "find_queue_id");
        _updateState = database.Prepare(Statements, "update_state");
        _readOwner = database.Prepare(Statements, "read_owner");
        _changes = new ChangeStatements(database, Statements);
        ReadState();
        EnterOwner();
        _checkpoints = new Checkpoints(database, options, reserve);
    }

    /// <inheritdoc/>
    public long MessageCount { get; private set; }

    /// <inheritdoc/>
    public bool HasOwnWork => _ids.NeedReservation;

    /// <inheritdoc/>
    public bool TakesMail => _checkpoints.TakesMail;

    /// <inheritdoc/>
    public bool MayHaveCommitted { get; private set; }

    /// <inheritdoc/>
    public bool HadOtherOwner { get; private set; }

    /// <summary>Opens (or makes) a database, brings it to the newest schema and enters its owner.</summary>
    /// <exception cref="QueueStoreException">It cannot be used; says why.</exception>
    /// <exception cref="SqliteErrorException">SQLite cannot read or write it.</exception>
    public static WriterDatabase Open(SqliteStoreOptions options, MessageIds ids, string owner, DiskReserve reserve)
    {
        var file = options.File;
        var database = SqliteDatabase.OpenWriter(file);
        try
        {
            Migrations.CheckVersion(database, file); // before anything is changed
            WriterSettings.Apply(database, file);
            Migrations.Apply(database, file);
            return new WriterDatabase(database, options, ids, owner, reserve);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Open"/> after a failure: what is in the database afterwards is on disk, and what is not will never appear.</summary>
    /// <exception cref="QueueStoreException">It cannot be used, or it is damaged.</exception>
    public static WriterDatabase OpenAndVerify(SqliteStoreOptions options, MessageIds ids, string owner, DiskReserve reserve)
    {
        var database = Open(options, ids, owner, reserve);
        try
        {
            database.Verify();
            return database;
        }
        catch
        {
            database.Abandon();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<WriteRequest> requests)
    {
        try
        {
            var idsEnd = _ids.EndToReserve();
            Begin();
            RequireOwnership();
            foreach (var request in requests) Apply(request);
#if MUTANT_ACK_BEFORE_COMMIT
            foreach (var request in requests.OfType<AddRequest>()) request.Committed();
#endif
            MayHaveCommitted = true;
            Commit(idsEnd);
            MayHaveCommitted = false;
            _ids.Reserved(idsEnd);
        }
        catch (Exception e) when (e is not DatabaseErrorException { IsStoreFailure: true })
        {
            MayHaveCommitted = false;
            Rollback();
            throw;
        }
    }

    /// <inheritdoc/>
    public void RequireOwnership()
    {
        if (Owner() != _owner) throw new OwnerLostException(_options.File);
    }

    /// <inheritdoc/>
    public bool HasMessage(long messageId, string queueId) => _findQueueId.Bind(messageId).Bind(queueId).Exists();

    /// <inheritdoc/>
    public void Maintain() => _checkpoints.Maintain();

    /// <inheritdoc/>
    public void MakeRoom() => _checkpoints.MakeRoom();

    /// <summary>
    /// Checks the structure of the whole database, then copies the log into it with fresh syncs and empties the log. Reads all of the file: 0.6 s per GB
    /// from memory, else as fast as the disk is; always done in full, because it is rare and nothing is lost meanwhile.
    /// </summary>
    /// <exception cref="QueueStoreException">The database is damaged.</exception>
    private void Verify()
    {
        var verdict = _database.Query("PRAGMA quick_check(1)");
        if (verdict != "ok") throw new QueueStoreException($"{_options.File} is damaged: {verdict}");
        _checkpoints.Run(truncate: true);
    }

    /// <summary>Closes without touching the files, for a connection that has failed: the next opening checks the log.</summary>
    public void Abandon()
    {
        _database.LeaveLogOnClose();
        Dispose();
    }

    public void Dispose() => _database.Dispose();

    private void Begin()
    {
        _added = 0;
        _begin.Run();
    }

    private void Commit(long nextMessageId)
    {
        if (_added != 0 || nextMessageId > _nextMessageId) _updateState.Bind(_added).Bind(nextMessageId).Run();
        _commit.Run();
        MessageCount += _added;
        _nextMessageId = Math.Max(_nextMessageId, nextMessageId);
    }

    private void Rollback()
    {
        if (_database.InTransaction) _database.Execute("ROLLBACK");
    }

    private void Apply(WriteRequest request)
    {
        switch (request)
        {
            case AddRequest add:
                Add(add.Message);
                break;
            case RecordRequest record:
                record.MessageLeft = Apply(record.Record);
                break;
            case ChangeRequest change:
                change.Result = Change(change);
                break;
            case ParkRequest park:
                _changes.Park(park.MessageId, park.Numbers);
                break;
            case UnparkRequest unpark:
                unpark.Result = _changes.Unpark(unpark.Limit);
                break;
            case FreezeRequest freeze:
                _changes.Freeze(freeze.Freeze);
                break;
            case UnfreezeRequest unfreeze:
                unfreeze.Result = _changes.Unfreeze(unfreeze.Scope, unfreeze.Name);
                break;
            default:
                throw new InvalidOperationException($"{request.GetType().Name} is not known here");
        }
    }

    private QueueChanged Change(ChangeRequest request)
    {
        var due = new HashSet<DestinationKey>();
        var changed = new List<long>(request.MessageIds.Count);
        foreach (var id in request.MessageIds)
        {
            var isChanged = request.Change == QueueChange.Delete
                ? DeleteUnfinished(id) : _changes.Apply(request.Change, id, request.Now, due);
            if (isChanged) changed.Add(id);
        }
        return new QueueChanged(changed, [.. due]);
    }

    /// <summary>Adds a message with its content and recipients to the transaction.</summary>
    private void Add(NewMessage message)
    {
        AddEnvelope(message.Envelope);
        AddContent(message.Envelope.Id, message.Content);
        foreach (var recipient in message.Recipients) AddRecipient(message.Envelope, recipient);
        _added++;
    }

    /// <summary>
    /// Adds a record to the transaction; true if the message has left the queue with it, or had left before. May be repeated: what is done
    /// already is not done twice.
    /// </summary>
    private bool Apply(DeliveryRecord record)
    {
        foreach (var report in record.Reports)
            if (!_hasMessage.Bind(report.Envelope.Id).Exists()) Add(report);
        if (record.MarksWarned) _markWarned.Bind(record.MessageId).Run();
        foreach (var deferred in record.Deferred) Defer(record.MessageId, deferred);
        foreach (var unreported in record.Unreported) AddUnreported(record.MessageId, unreported);
        foreach (var (kind, outcome) in record.Reported)
            _deleteReported.Bind(record.MessageId).Bind((int)kind).Bind(outcome.Recipient.Number).Run();
        if (!record.FinishesMessage)
        {
            foreach (var number in record.Done) _deleteRecipient.Bind(record.MessageId).Bind(number).Run();
            if (record.HoldsMessage) _changes.Hold(record.MessageId);
            if (_hasRecipients.Bind(record.MessageId).Exists()) return false;
        }
        Delete(record.MessageId);
        return true;
    }

    /// <summary>As <see cref="Delete"/>, for a message of which something may be left to deliver or to report.</summary>
    private bool DeleteUnfinished(long messageId)
    {
        _deleteUnreported.Bind(messageId).Run();
        return Delete(messageId);
    }

    private void AddUnreported(long messageId, UnreportedOutcome unreported)
    {
        var (outcome, recipient) = (unreported.Outcome, unreported.Outcome.Recipient);
        _addUnreported.Bind(messageId).Bind((int)unreported.Kind).Bind(recipient.Number)
            .Bind(recipient.Address).Bind(recipient.Orcpt).Bind(recipient.Notify).Bind((int)outcome.Action)
            .Bind(StoredStatus.From(outcome.Status)).Bind(outcome.Reason).Bind(outcome.DiagnosticCode)
            .Bind(outcome.RemoteMta).Bind(outcome.Relay).Bind(outcome.IsRelayed).Run();
    }

    /// <summary>Deletes a message with all that belongs to it; false if it was not there.</summary>
    private bool Delete(long messageId)
    {
        _deleteMessage.Bind(messageId).Run();
        if (_database.Changes == 0) return false;
        _deleteContent.Bind(ContentKey.First(messageId)).Bind(ContentKey.Last(messageId)).Run();
        _deleteRecipients.Bind(messageId).Run();
        _added--;
        return true;
    }

    private void ReadState()
    {
        var state = _database.Prepare(Statements, "read_state");
        state.Step();
        MessageCount = state.Int64(0);
        _nextMessageId = state.Int64(1);
        state.Reset();
        _ids.Opened(_nextMessageId);
    }

    private void EnterOwner()
    {
        HadOtherOwner = Owner() != _owner;
        if (HadOtherOwner) _database.Prepare(Statements, "enter_owner").Bind(_owner).Run();
    }

    private string Owner()
    {
        _readOwner.Step();
        var owner = _readOwner.Text(0);
        _readOwner.Reset();
        return owner;
    }

    private void AddEnvelope(MessageEnvelope envelope) => _addMessage
        .Bind(envelope.Id).Bind(envelope.QueueId).Bind(StoredTime.From(envelope.Arrived)).Bind(envelope.Sender).Bind(envelope.Size)
        .Bind(envelope.Is8Bit).Bind(envelope.IsSmtpUtf8).Bind(envelope.IsHeld).Bind(envelope.Ret).Bind(envelope.Envid)
        .Bind(envelope.ClientName).Bind(envelope.ClientAddress).Bind(envelope.HeloName).Bind(envelope.Protocol)
        .Bind(envelope.SaslLogin).Bind(envelope.Flow).Bind((int)envelope.Priority).Bind(envelope.IsExpired)
        .Bind(envelope.WarnAt is { } warnAt ? StoredTime.From(warnAt) : 0).Bind(envelope.IsWarned).Bind((int)envelope.Trace).Bind(envelope.Verp)
        .Bind(envelope.Filter)
        .Run();

    private void AddContent(long messageId, MessageContent content)
    {
        for (var i = 0; i < content.Segments.Count; i++)
            _addContent.Bind(ContentKey.First(messageId) + i).Bind(content.Segments[i].Span).Run();
    }

    private void AddRecipient(MessageEnvelope envelope, QueuedRecipient recipient) => _addRecipient
        .Bind(envelope.Id).Bind(recipient.Number).Bind(recipient.Address).Bind(recipient.Orcpt).Bind(recipient.Notify)
        .Bind(recipient.Destination.Transport).Bind(recipient.Destination.Nexthop).Bind(StoredTime.From(recipient.Due))
        .Bind(recipient.Attempts).Bind(envelope.IsHeld).Bind(FlowKey.Of(envelope)).Bind(StoredStatus.From(recipient.Status)).Bind(recipient.Reason)
        .Bind(recipient.InDoubt)
        .Run();

    private void Defer(long messageId, DeferredRecipient deferred) => _deferRecipient
        .Bind(deferred.Destination.Transport).Bind(deferred.Destination.Nexthop).Bind(StoredTime.From(deferred.Due)).Bind(deferred.Attempts)
        .Bind(StoredStatus.From(deferred.Status)).Bind(deferred.Reason).Bind(deferred.InDoubt).Bind(messageId).Bind(deferred.Number)
        .Run();
}
