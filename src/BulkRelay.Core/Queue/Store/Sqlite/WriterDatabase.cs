using System.Globalization;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// The one connection that writes and checkpoints: settings, statements, and what a message and a record are in rows. Used by the
/// writer's thread only.
/// </summary>
internal sealed class WriterDatabase : IDisposable
{
    private const int PageSize = 8192;

    /// <summary>A checkpoint is due after this many pages (32 MB): it copies them into the database file and syncs it.</summary>
    private const int CheckpointPages = 4000;

    /// <summary>
    /// What the log is cut back to after a reader made it grow. Its space is reused, so deletes can be written on a full disk.
    /// </summary>
    private const int JournalSizeLimit = 2 * CheckpointPages * PageSize;

    private static readonly NamedStatements Statements = new("Writer.sql");

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
    private readonly SqliteStatement _hasRecipients;
    private readonly SqliteStatement _hasMessage;
    private readonly SqliteStatement _findQueueId;
    private readonly SqliteStatement _updateState;
    private long _added;

    private WriterDatabase(SqliteDatabase database)
    {
        _database = database;
        _begin = database.Prepare("BEGIN IMMEDIATE", "begin");
        _commit = database.Prepare("COMMIT", "commit");
        _addMessage = Statements.Prepare(database, "add_message");
        _addContent = Statements.Prepare(database, "add_content");
        _addRecipient = Statements.Prepare(database, "add_recipient");
        _deleteMessage = Statements.Prepare(database, "delete_message");
        _deleteContent = Statements.Prepare(database, "delete_content");
        _deleteRecipients = Statements.Prepare(database, "delete_recipients");
        _deleteRecipient = Statements.Prepare(database, "delete_recipient");
        _deferRecipient = Statements.Prepare(database, "defer_recipient");
        _hasRecipients = Statements.Prepare(database, "has_recipients");
        _hasMessage = Statements.Prepare(database, "has_message");
        _findQueueId = Statements.Prepare(database, "find_queue_id");
        _updateState = Statements.Prepare(database, "update_state");
        ReadState();
    }

    /// <summary>Messages in the queue as of the last commit.</summary>
    public long MessageCount { get; private set; }

    /// <summary>The first message id that was never given out, as of the last commit.</summary>
    public long NextMessageId { get; private set; }

    /// <summary>Opens (or makes) a database and brings it to the newest schema.</summary>
    /// <exception cref="QueueStoreException">It cannot be used; says why.</exception>
    /// <exception cref="SqliteErrorException">SQLite cannot read or write it.</exception>
    public static WriterDatabase Open(string file)
    {
        var database = SqliteDatabase.OpenWriter(file);
        try
        {
            Migrations.CheckVersion(database, file); // before anything is changed
            Configure(database, file);
            Migrations.Apply(database, file);
            return new WriterDatabase(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static void Configure(SqliteDatabase database, string file)
    {
        database.Execute($"PRAGMA page_size = {PageSize.ToString(CultureInfo.InvariantCulture)}");
        Set(database, file, "journal_mode", "wal");
#if MUTANT_SYNC_NORMAL
        Set(database, file, "synchronous", "1");
#else
        Set(database, file, "synchronous", "2"); // FULL: one sync per commit
#endif
        Set(database, file, "wal_autocheckpoint", "0"); // the writer does it, between batches
        Set(database, file, "journal_size_limit", JournalSizeLimit.ToString(CultureInfo.InvariantCulture));
        Set(database, file, "secure_delete", "0"); // Debian's default of 1 costs a quarter of the speed
        database.Execute("PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768");
    }

    /// <summary>Sets and reads back, because SQLite ignores what it cannot do.</summary>
    private static void Set(SqliteDatabase database, string file, string pragma, string value)
    {
        database.Query($"PRAGMA {pragma} = {value}");
        var found = database.Query($"PRAGMA {pragma}");
        if (found != value)
            throw new QueueStoreException(
                $"{file}: PRAGMA {pragma} is {found} and should be {value}: this file system or this SQLite cannot hold a queue");
    }

    public void Begin()
    {
        _added = 0;
        _begin.Run();
    }

    /// <summary>
    /// Ends the transaction. When it returns, all of it is on disk. <paramref name="nextMessageId"/> is the new
    /// <see cref="NextMessageId"/>, if that is more than the old.
    /// </summary>
    public void Commit(long nextMessageId)
    {
        if (_added != 0 || nextMessageId > NextMessageId) _updateState.Bind(_added).Bind(nextMessageId).Run();
        _commit.Run();
        MessageCount += _added;
        NextMessageId = Math.Max(NextMessageId, nextMessageId);
    }

    public void Rollback()
    {
        if (_database.InTransaction) _database.Execute("ROLLBACK");
    }

    /// <summary>Adds a message with its content and recipients to the transaction.</summary>
    public void Add(NewMessage message)
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
    public bool Apply(DeliveryRecord record)
    {
        if (record.Report is { } report && !HasMessage(report.Envelope.Id)) Add(report);
        foreach (var deferred in record.Deferred) Defer(record.MessageId, deferred);
        if (!record.FinishesMessage)
        {
            foreach (var number in record.Done) _deleteRecipient.Bind(record.MessageId).Bind(number).Run();
            if (_hasRecipients.Bind(record.MessageId).Exists()) return false;
        }
        Delete(record.MessageId);
        return true;
    }

    /// <summary>Deletes a message with all that belongs to it; false if it was not there.</summary>
    public bool Delete(long messageId)
    {
        _deleteMessage.Bind(messageId).Run();
        if (_database.Changes == 0) return false;
        _deleteContent.Bind(ContentKey.First(messageId)).Bind(ContentKey.Last(messageId)).Run();
        _deleteRecipients.Bind(messageId).Run();
        _added--;
        return true;
    }

    public bool HasMessage(long messageId) => _hasMessage.Bind(messageId).Exists();

    public bool HasMessage(long messageId, string queueId) => _findQueueId.Bind(messageId).Bind(queueId).Exists();

    /// <summary>
    /// Copies the log into the database file if enough has gathered. Returns how many times over <see cref="CheckpointPages"/> the log is
    /// that readers hold back; 0 if all is well.
    /// </summary>
    public int CheckpointIfDue() =>
        _database.PagesWritten(reset: false) < CheckpointPages ? 0 : Checkpoint(truncate: false) / CheckpointPages;

    /// <summary>Copies the log into the database file. Returns the frames that readers hold back.</summary>
    public int Checkpoint(bool truncate)
    {
        var (frames, copied) = _database.Checkpoint(truncate);
        _database.PagesWritten(reset: true);
        return frames - copied;
    }

    /// <summary>
    /// After a failure: checks the structure of the whole database, then copies the log into it with fresh syncs and empties the log.
    /// What is found in the database afterwards is on disk, and what is not will never appear. Reads all of the file: 0.6 s per GB
    /// from memory, else as fast as the disk is; always done in full, because it is rare and nothing is lost meanwhile.
    /// </summary>
    /// <exception cref="QueueStoreException">The database is damaged.</exception>
    public void Verify(string file)
    {
        var verdict = _database.Query("PRAGMA quick_check(1)");
        if (verdict != "ok") throw new QueueStoreException($"{file} is damaged: {verdict}");
        Checkpoint(truncate: true);
    }

    /// <summary>Closes without touching the files, for a connection that has failed: the next opening checks the log.</summary>
    public void Abandon()
    {
        _database.LeaveLogOnClose();
        Dispose();
    }

    public void Dispose() => _database.Dispose();

    private void ReadState()
    {
        var state = Statements.Prepare(_database, "read_state");
        state.Step();
        MessageCount = state.Int64(0);
        NextMessageId = state.Int64(1);
        state.Reset();
    }

    private void AddEnvelope(MessageEnvelope envelope) => _addMessage
        .Bind(envelope.Id).Bind(envelope.QueueId).Bind(StoredTime.From(envelope.Arrived)).Bind(envelope.Sender).Bind(envelope.Size)
        .Bind(envelope.Is8Bit).Bind(envelope.IsSmtpUtf8).Bind(envelope.IsHeld).Bind(envelope.Ret).Bind(envelope.Envid)
        .Bind(envelope.ClientName).Bind(envelope.ClientAddress).Bind(envelope.HeloName).Bind(envelope.Protocol)
        .Bind(envelope.SaslLogin).Bind(envelope.Flow).Bind((int)envelope.Priority).Bind(envelope.IsExpired)
        .Bind(envelope.WarnAt is { } warnAt ? StoredTime.From(warnAt) : 0).Bind(envelope.IsWarned).Bind((int)envelope.Trace).Bind(envelope.Verp)
        .Run();

    private void AddContent(long messageId, MessageContent content)
    {
        for (var i = 0; i < content.Segments.Count; i++)
            _addContent.Bind(ContentKey.First(messageId) + i).Bind(content.Segments[i].Span).Run();
    }

    private void AddRecipient(MessageEnvelope envelope, QueuedRecipient recipient) => _addRecipient
        .Bind(envelope.Id).Bind(recipient.Number).Bind(recipient.Address).Bind(recipient.Orcpt).Bind(recipient.Notify)
        .Bind(recipient.Destination.Transport).Bind(recipient.Destination.Nexthop).Bind(StoredTime.From(recipient.Due))
        .Bind(recipient.Attempts).Bind(envelope.IsHeld).Bind(StoredStatus.From(recipient.Status)).Bind(recipient.Reason)
        .Bind(recipient.InDoubt)
        .Run();

    private void Defer(long messageId, DeferredRecipient deferred) => _deferRecipient
        .Bind(deferred.Destination.Transport).Bind(deferred.Destination.Nexthop).Bind(StoredTime.From(deferred.Due)).Bind(deferred.Attempts)
        .Bind(StoredStatus.From(deferred.Status)).Bind(deferred.Reason).Bind(deferred.InDoubt).Bind(messageId).Bind(deferred.Number)
        .Run();
}
