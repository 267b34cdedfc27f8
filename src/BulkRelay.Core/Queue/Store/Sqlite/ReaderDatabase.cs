using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>A connection for reading and what is read through it, each in one snapshot. Used by one thread at a time.</summary>
internal sealed class ReaderDatabase : IDisposable
{
    /// <summary>A page ends after this many recipients, so that its memory is bounded by more than the number of messages.</summary>
    private const int MaxRecipientsOfPage = 2000;

    private static readonly SelectionDialect Dialect = new("LIKE", "CROSS JOIN");

    private static readonly NamedStatements Statements = new("Sqlite.Sql.Reader.sql");

    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _end;
    private readonly SqliteStatement _dueRecipients;
    private readonly SqliteStatement _dueRecipientsOfFlow;
    private readonly SqliteStatement _flows;
    private readonly SqliteStatement _nextDue;
    private readonly SqliteStatement _backlog;
    private readonly SqliteStatement _messagesAfter;
    private readonly SqliteStatement _message;
    private readonly SqliteStatement _recipients;
    private readonly SqliteStatement _countRecipients;
    private readonly SqliteStatement _content;
    private readonly SqliteStatement _countMessages;
    private readonly SqliteStatement _summary;
    private readonly SqliteStatement _freezes;
    private readonly SqliteStatement _unreportedMessages;
    private readonly SqliteStatement _unreported;
    private readonly SqliteStatement _hasDue;

    private ReaderDatabase(SqliteDatabase database)
    {
        _database = database;
        _begin = database.Prepare("BEGIN", "begin");
        _end = database.Prepare("COMMIT", "commit");
        _dueRecipients = database.Prepare(Statements, "due_recipients");
        _dueRecipientsOfFlow = database.Prepare(Statements, "due_recipients_of_flow");
        _flows = database.Prepare(Statements, "flows");
        _nextDue = database.Prepare(Statements, "next_due");
        _backlog = database.Prepare(Statements, "backlog");
        _messagesAfter = database.Prepare(Statements, "messages_after");
        _message = database.Prepare(Statements, "message");
        _recipients = database.Prepare(Statements, "recipients");
        _countRecipients = database.Prepare(Statements, "count_recipients");
        _content = database.Prepare(Statements, "content");
        _countMessages = database.Prepare(Statements, "count_messages");
        _summary = database.Prepare(Statements, "summary");
        _freezes = database.Prepare(Statements, "freezes");
        _unreportedMessages = database.Prepare(Statements, "unreported_messages");
        _unreported = database.Prepare(Statements, "unreported");
        _hasDue = database.Prepare(Statements, "has_due");
    }

    /// <summary>Opens an existing queue of this program's schema.</summary>
    /// <exception cref="QueueStoreException">The file holds no queue, or one of another schema.</exception>
    /// <exception cref="SqliteErrorException">It cannot be opened.</exception>
    public static ReaderDatabase Open(string file)
    {
        var database = SqliteDatabase.OpenReader(file);
        try
        {
            if (Migrations.CheckVersion(database, file) < Migrations.Newest)
                throw new QueueStoreException(
                    $"{file} holds no queue, or one that an older version wrote: start the relay once, which brings it up to date");
            return new ReaderDatabase(database);
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>The due mail of a destination, or of one flow there (<see cref="IQueueStore"/>).</summary>
    public IReadOnlyList<QueueEntry> ReadDue(DestinationKey destination, long? flow, DateTimeOffset due, int limit, int recipientLimit) =>
        InSnapshot(() =>
    {
        var entries = new List<QueueEntry>();
        foreach (var (messageId, recipients) in ReadDueRecipients(destination, flow, due, limit))
        {
            // The index never names a message that is not there: both are of one snapshot.
            var envelope = ReadMessage(messageId)!;
            var isWhole = CountRecipients(messageId, atMost: recipients.Count + 1) == recipients.Count;
            foreach (var part in recipients.Chunk(recipientLimit > 0 ? recipientLimit : recipients.Count))
                entries.Add(new QueueEntry(envelope, destination, part) { IsWholeMessage = isWhole && part.Length == recipients.Count });
        }
        return entries;
    });

    /// <inheritdoc cref="IQueueStore.ReadFlowsAsync"/>
    public IReadOnlyList<FlowBacklog> ReadFlows(DestinationKey destination, long after, int limit)
    {
        var flows = new List<FlowBacklog>();
        _flows.Bind(destination.Transport).Bind(destination.Nexthop).Bind(after).Bind(limit);
        while (_flows.Step()) flows.Add(new FlowBacklog(_flows.Int64(0), StoredTime.Read(_flows.Int64(1))));
        return flows;
    }

    /// <inheritdoc cref="IQueueStore.NextDueAsync"/>
    public DateTimeOffset? NextDue(DestinationKey destination, DateTimeOffset after)
    {
        var found = _nextDue.Bind(destination.Transport).Bind(destination.Nexthop).Bind(StoredTime.From(after)).Step();
        DateTimeOffset? due = found ? StoredTime.Read(_nextDue.Int64(0)) : null;
        _nextDue.Reset();
        return due;
    }

    /// <inheritdoc cref="IQueueStore.ReadBacklogAsync"/>
    public IReadOnlyList<DestinationBacklog> ReadBacklog()
    {
        var backlog = new List<DestinationBacklog>();
        while (_backlog.Step())
            backlog.Add(new DestinationBacklog(new DestinationKey(_backlog.Text(0), _backlog.Text(1)), StoredTime.Read(_backlog.Int64(2))));
        return backlog;
    }

    /// <inheritdoc cref="IQueueReader.ReadContentAsync"/>
    public MessageContent? ReadContent(long messageId) => InSnapshot(() =>
    {
        if (ReadMessage(messageId) is null) return null;
        var segments = new List<ReadOnlyMemory<byte>>();
        _content.Bind(ContentKey.First(messageId)).Bind(ContentKey.Last(messageId));
        while (_content.Step()) segments.Add(_content.Blob(0));
        return new MessageContent(segments);
    });

    /// <inheritdoc cref="IQueueReader.FindAsync"/>
    public QueuedMessage? Find(string queueId) => InSnapshot(() =>
        QueueId.TryGetMessageId(queueId, out var id) && ReadMessage(id) is { } envelope && envelope.QueueId == queueId
            ? new QueuedMessage(envelope, ReadRecipients(id)) : null);

    /// <summary>
    /// The next messages of a filter with an id over <paramref name="after"/>, in order; fewer than <paramref name="limit"/> if they have
    /// many recipients.
    /// </summary>
    public IReadOnlyList<QueuedMessage> ReadPage(QueueFilter filter, long after, int limit) =>
        InSnapshot(() => filter.IsEmpty ? ReadPage(after, limit) : ReadMessages(SelectIds(filter, after, limit)));

    /// <inheritdoc cref="IQueueReader.SelectAsync"/>
    public IReadOnlyList<long> Select(QueueFilter filter, long after, int limit) => SelectIds(filter, after, limit);

    /// <inheritdoc cref="IQueueReader.ReadQueueIdsAsync"/>
    public IReadOnlyDictionary<long, string> ReadQueueIds(IReadOnlyList<long> messageIds)
    {
        var selection = Selection.OfQueueIds(Dialect, messageIds);
        return _database.Query(selection.Sql, "queue_ids", statement =>
        {
            var found = new Dictionary<long, string>(messageIds.Count);
            Bind(statement, selection);
            while (statement.Step()) found.Add(statement.Int64(0), statement.Text(1));
            return found;
        });
    }

    /// <inheritdoc cref="IQueueReader.ReadShapeAsync"/>
    public IReadOnlyList<ShapeCell> ReadShape(QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds)
    {
        var selection = Selection.OfAges(Dialect, filter, ofSenders);
        return _database.Query(selection.Sql, "shape", statement =>
        {
            var counter = new ShapeCounter(bounds);
            Bind(statement, selection);
            while (statement.Step()) counter.Add(statement.Utf8(0), statement.Int64(1));
            return counter.Cells;
        });
    }

    /// <inheritdoc cref="IQueueReader.SummarizeAsync"/>
    public IReadOnlyList<DestinationSummary> Summarize()
    {
        var destinations = new List<DestinationSummary>();
        while (_summary.Step())
            destinations.Add(new DestinationSummary(new DestinationKey(_summary.Text(0), _summary.Text(1)), _summary.Int64(2), _summary.Int64(3),
                _summary.Int64(4), _summary.Int64(5), _summary.Int64(6), _summary.IsNull(7) ? null : StoredTime.Read(_summary.Int64(7))));
        return destinations;
    }

    /// <inheritdoc cref="IQueueReader.ReadFreezesAsync"/>
    public IReadOnlyList<QueueFreeze> ReadFreezes()
    {
        var freezes = new List<QueueFreeze>();
        while (_freezes.Step())
            freezes.Add(new QueueFreeze((FreezeScope)_freezes.Int32(0), _freezes.Text(1), _freezes.Text(2), StoredTime.Read(_freezes.Int64(3)),
                _freezes.Int64(4) is var until && until != 0 ? StoredTime.Read(until) : null));
        return freezes;
    }

    /// <inheritdoc cref="IQueueStore.ReadUnreportedMessagesAsync"/>
    public IReadOnlyList<long> ReadUnreportedMessages(long after, int limit)
    {
        var ids = new List<long>();
        _unreportedMessages.Bind(after).Bind(limit);
        while (_unreportedMessages.Step()) ids.Add(_unreportedMessages.Int64(0));
        return ids;
    }

    /// <inheritdoc cref="IQueueStore.ReadUnreportedAsync"/>
    public UnreportedMessage? ReadUnreported(long messageId, DateTimeOffset now, int limit) => InSnapshot(() =>
    {
        var outcomes = new List<UnreportedOutcome>();
        _unreported.Bind(messageId).Bind(limit);
        while (_unreported.Step()) outcomes.Add(StoredRow.Unreported(_unreported, now));
        if (outcomes.Count == 0 || ReadMessage(messageId) is not { } envelope) return null;
        return new UnreportedMessage(envelope, outcomes, _hasDue.Bind(messageId).Bind(StoredTime.From(now)).Exists());
    });

    /// <inheritdoc cref="IQueueReader.CountAsync"/>
    public long Count()
    {
        _countMessages.Step();
        var count = _countMessages.Int64(0);
        _countMessages.Reset();
        return count;
    }

    public void Dispose() => _database.Dispose();

    /// <summary>What a failed read leaves open, the pool closes with the connection.</summary>
    private T InSnapshot<T>(Func<T> read)
    {
        _begin.Run();
        var result = read();
        _end.Run();
        return result;
    }

    /// <summary>Recipients by message, the messages in the order of their first due recipient.</summary>
    private List<(long MessageId, List<QueuedRecipient> Recipients)> ReadDueRecipients(
        DestinationKey destination, long? flow, DateTimeOffset due, int limit)
    {
        var messages = new List<(long MessageId, List<QueuedRecipient> Recipients)>();
        var known = new Dictionary<long, List<QueuedRecipient>>();
        var rows = flow is null ? _dueRecipients : _dueRecipientsOfFlow;
        rows.Bind(destination.Transport).Bind(destination.Nexthop);
        if (flow is { } number) rows.Bind(number);
        rows.Bind(StoredTime.From(due)).Bind(limit);
        while (rows.Step())
        {
            var messageId = rows.Int64(StoredRow.RecipientColumns);
            if (!known.TryGetValue(messageId, out var recipients))
            {
                known.Add(messageId, recipients = []);
                messages.Add((messageId, recipients));
            }
            recipients.Add(StoredRow.Recipient(rows, destination));
        }
        return messages;
    }

    private List<QueuedMessage> ReadPage(long after, int limit)
    {
        var page = new List<QueuedMessage>();
        var recipients = 0;
        _messagesAfter.Bind(after).Bind(limit);
        while (recipients < MaxRecipientsOfPage && _messagesAfter.Step())
        {
            var envelope = StoredRow.Envelope(_messagesAfter);
            page.Add(new QueuedMessage(envelope, ReadRecipients(envelope.Id)));
            recipients += page[^1].Recipients.Count;
        }
        _messagesAfter.Reset();
        return page;
    }

    private List<QueuedMessage> ReadMessages(List<long> ids)
    {
        var page = new List<QueuedMessage>();
        var recipients = 0;
        foreach (var id in ids)
        {
            if (recipients >= MaxRecipientsOfPage) break;
            page.Add(new QueuedMessage(ReadMessage(id)!, ReadRecipients(id)));
            recipients += page[^1].Recipients.Count;
        }
        return page;
    }

    private List<long> SelectIds(QueueFilter filter, long after, int limit)
    {
        var selection = Selection.OfIds(Dialect, filter, after, limit);
        return _database.Query(selection.Sql, "select", statement =>
        {
            var ids = new List<long>();
            Bind(statement, selection);
            while (statement.Step()) ids.Add(statement.Int64(0));
            return ids;
        });
    }

    private static void Bind(SqliteStatement statement, Selection selection)
    {
        foreach (var value in selection.Values) _ = value is string text ? statement.Bind(text) : statement.Bind((long)value);
    }

    private MessageEnvelope? ReadMessage(long messageId)
    {
        var envelope = _message.Bind(messageId).Step() ? StoredRow.Envelope(_message) : null;
        _message.Reset();
        return envelope;
    }

    private List<QueuedRecipient> ReadRecipients(long messageId)
    {
        var recipients = new List<QueuedRecipient>();
        _recipients.Bind(messageId);
        while (_recipients.Step()) recipients.Add(StoredRow.Recipient(_recipients));
        return recipients;
    }

    private long CountRecipients(long messageId, int atMost)
    {
        _countRecipients.Bind(messageId).Bind(atMost).Step();
        var count = _countRecipients.Int64(0);
        _countRecipients.Reset();
        return count;
    }
}
