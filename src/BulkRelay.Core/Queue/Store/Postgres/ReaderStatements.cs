using System.Data;
using System.Globalization;
using BulkRelay.Core.Queue.Steering;
using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>What is read through one connection, each in one snapshot.</summary>
internal static class ReaderStatements
{
    /// <summary>A page ends after this many recipients, so that its memory is bounded by more than the number of messages.</summary>
    private const int MaxRecipientsOfPage = 2000;

    private static readonly NamedStatements Statements = new("Postgres.Sql.Reader.sql");

    private static readonly SelectionDialect Dialect = new("COLLATE \"C\" ILIKE", "JOIN");

    private static readonly string Entries = Statements["entries"].Replace("{recipients}", Statements["due_recipients"], StringComparison.Ordinal);

    private static readonly string EntriesOfFlow =
        Statements["entries"].Replace("{recipients}", Statements["due_recipients_of_flow"], StringComparison.Ordinal);

    /// <summary>The due mail of a destination, or of one flow there (<see cref="IQueueStore"/>).</summary>
    public static async Task<IReadOnlyList<QueueEntry>> ReadDueAsync(NpgsqlConnection connection,
        DestinationKey destination, long? flow, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(flow is null ? Entries : EntriesOfFlow, connection)
            .With(destination.Transport).With(destination.Nexthop).With(StoredTime.From(due)).With((long)limit);
        if (flow is { } number) command.With(number);
        await using var rows = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var messages = new List<(MessageEnvelope Envelope, long Left, List<QueuedRecipient> Recipients)>();
        var known = new Dictionary<long, List<QueuedRecipient>>();
        while (await rows.ReadAsync(cancel).ConfigureAwait(false))
        {
            var messageId = rows.GetInt64(StoredRow.RecipientColumns);
            if (!known.TryGetValue(messageId, out var recipients))
            {
                known.Add(messageId, recipients = []);
                messages.Add((StoredRow.Envelope(rows, StoredRow.RecipientColumns + 2), rows.GetInt64(StoredRow.RecipientColumns + 1), recipients));
            }
            recipients.Add(StoredRow.Recipient(rows, destination));
        }
        var entries = new List<QueueEntry>();
        foreach (var (envelope, left, recipients) in messages)
            foreach (var part in recipients.Chunk(recipientLimit > 0 ? recipientLimit : recipients.Count))
                entries.Add(new QueueEntry(envelope, destination, part) { IsWholeMessage = part.Length == left });
        return entries;
    }

    /// <inheritdoc cref="IQueueStore.ReadFlowsAsync"/>
    public static async Task<IReadOnlyList<FlowBacklog>> ReadFlowsAsync(NpgsqlConnection connection,
        DestinationKey destination, long after, int limit, CancellationToken cancel)
    {
        await using var command = Command(connection, "flows").With(destination.Transport).With(destination.Nexthop).With(after).With((long)limit);
        return await command.ListAsync(row => new FlowBacklog(row.GetInt64(0), StoredTime.Read(row.GetInt64(1))), cancel).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IQueueStore.NextDueAsync"/>
    public static async Task<DateTimeOffset?> NextDueAsync(NpgsqlConnection connection,
        DestinationKey destination, DateTimeOffset after, CancellationToken cancel)
    {
        await using var command = Command(connection, "next_due").With(destination.Transport).With(destination.Nexthop).With(StoredTime.From(after));
        return await command.ExecuteScalarAsync(cancel).ConfigureAwait(false) is long due ? StoredTime.Read(due) : null;
    }

    /// <inheritdoc cref="IQueueStore.ReadBacklogAsync"/>
    public static async Task<IReadOnlyList<DestinationBacklog>> ReadBacklogAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Command(connection, "backlog");
        return await command.ListAsync(row =>
            new DestinationBacklog(new DestinationKey(row.GetString(0), row.GetString(1)), StoredTime.Read(row.GetInt64(2))), cancel)
            .ConfigureAwait(false);
    }

    /// <inheritdoc cref="IQueueReader.ReadContentAsync"/>
    public static async Task<MessageContent?> ReadContentAsync(NpgsqlConnection connection, long messageId, CancellationToken cancel)
    {
        await using var command = Command(connection, "content").With(messageId);
        var segments = await command.ListAsync(row => row.IsDBNull(0) ? default : new ReadOnlyMemory<byte>(row.GetFieldValue<byte[]>(0)), cancel)
            .ConfigureAwait(false);
        return segments switch
        {
            [] => null,
            [{ IsEmpty: true }] => new MessageContent([]),
            _ => new MessageContent(segments),
        };
    }

    /// <inheritdoc cref="IQueueReader.CountAsync"/>
    public static async Task<long> CountAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Command(connection, "count_messages");
        return (long)(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
    }

    /// <inheritdoc cref="IQueueReader.FindAsync"/>
    public static async Task<QueuedMessage?> FindAsync(NpgsqlConnection connection, string queueId, CancellationToken cancel)
    {
        if (!QueueId.TryGetMessageId(queueId, out var messageId)) return null;
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel).ConfigureAwait(false);
        if (await MessageAsync(connection, messageId, cancel).ConfigureAwait(false) is not { } envelope || envelope.QueueId != queueId) return null;
        return new QueuedMessage(envelope, await RecipientsAsync(connection, messageId, cancel).ConfigureAwait(false));
    }

    /// <summary>
    /// The next messages of a filter with an id over <paramref name="after"/>, in order; fewer than <paramref name="limit"/> if they have
    /// many recipients.
    /// </summary>
    public static async Task<IReadOnlyList<QueuedMessage>> ReadPageAsync(
        NpgsqlConnection connection, QueueFilter filter, long after, int limit, CancellationToken cancel)
    {
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel).ConfigureAwait(false);
        if (filter.IsEmpty) return await ReadPageAsync(connection, after, limit, cancel).ConfigureAwait(false);
        var page = new List<QueuedMessage>();
        var recipients = 0;
        foreach (var id in await SelectAsync(connection, filter, after, limit, cancel).ConfigureAwait(false))
        {
            if (recipients >= MaxRecipientsOfPage) break;
            page.Add(new QueuedMessage((await MessageAsync(connection, id, cancel).ConfigureAwait(false))!,
                await RecipientsAsync(connection, id, cancel).ConfigureAwait(false)));
            recipients += page[^1].Recipients.Count;
        }
        return page;
    }

    /// <inheritdoc cref="IQueueReader.SelectAsync"/>
    public static async Task<IReadOnlyList<long>> SelectAsync(
        NpgsqlConnection connection, QueueFilter filter, long after, int limit, CancellationToken cancel)
    {
        var selection = Selection.OfIds(Dialect, filter, after, limit);
        await using var command = new NpgsqlCommand(Numbered(selection.Sql), connection).With(selection);
        return await command.ListAsync(row => row.GetInt64(0), cancel).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IQueueReader.ReadQueueIdsAsync"/>
    public static async Task<IReadOnlyDictionary<long, string>> ReadQueueIdsAsync(
        NpgsqlConnection connection, IReadOnlyList<long> messageIds, CancellationToken cancel)
    {
        var selection = Selection.OfQueueIds(Dialect, messageIds);
        await using var command = new NpgsqlCommand(Numbered(selection.Sql), connection).With(selection);
        var rows = await command.ListAsync(row => (Id: row.GetInt64(0), QueueId: row.GetString(1)), cancel).ConfigureAwait(false);
        return rows.ToDictionary(row => row.Id, row => row.QueueId);
    }

    /// <inheritdoc cref="IQueueReader.ReadShapeAsync"/>
    public static async Task<IReadOnlyList<ShapeCell>> ReadShapeAsync(
        NpgsqlConnection connection, QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds, CancellationToken cancel)
    {
        var selection = Selection.OfAges(Dialect, filter, ofSenders);
        var place = (selection.Values.Count + 1).ToString(CultureInfo.InvariantCulture);
        var sql = Statements["shape"].Replace("{addresses}", Numbered(selection.Sql), StringComparison.Ordinal)
            .Replace("{bounds}", $"${place}", StringComparison.Ordinal);
        await using var command = new NpgsqlCommand(sql, connection).With(selection).With(bounds.Select(StoredTime.From).Order().ToArray());
        return await command.ListAsync(row => new ShapeCell(row.GetString(0), row.GetInt32(1), row.GetInt64(2)), cancel).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IQueueReader.SummarizeAsync"/>
    public static async Task<IReadOnlyList<DestinationSummary>> SummarizeAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Command(connection, "summary");
        return await command.ListAsync(row => new DestinationSummary(new DestinationKey(row.GetString(0), row.GetString(1)), row.GetInt64(2),
            row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.IsDBNull(7) ? null : StoredTime.Read(row.GetInt64(7))), cancel)
            .ConfigureAwait(false);
    }

    /// <inheritdoc cref="IQueueReader.ReadFreezesAsync"/>
    public static async Task<IReadOnlyList<QueueFreeze>> ReadFreezesAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = Command(connection, "freezes");
        return await command.ListAsync(row => new QueueFreeze((FreezeScope)row.GetInt16(0), row.GetString(1), row.GetString(2),
            StoredTime.Read(row.GetInt64(3)), row.GetInt64(4) is var until && until != 0 ? StoredTime.Read(until) : null), cancel).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IQueueStore.ReadUnreportedMessagesAsync"/>
    public static async Task<IReadOnlyList<long>> ReadUnreportedMessagesAsync(
        NpgsqlConnection connection, long after, int limit, CancellationToken cancel)
    {
        await using var command = Command(connection, "unreported_messages").With(after).With((long)limit);
        return await command.ListAsync(row => row.GetInt64(0), cancel).ConfigureAwait(false);
    }

    /// <inheritdoc cref="IQueueStore.ReadUnreportedAsync"/>
    public static async Task<UnreportedMessage?> ReadUnreportedAsync(
        NpgsqlConnection connection, long messageId, DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel).ConfigureAwait(false);
        await using var unreported = Command(connection, "unreported").With(messageId).With((long)limit);
        var outcomes = await unreported.ListAsync(row => StoredRow.Unreported(row, now), cancel).ConfigureAwait(false);
        if (outcomes.Count == 0 || await MessageAsync(connection, messageId, cancel).ConfigureAwait(false) is not { } envelope) return null;
        await using var due = Command(connection, "has_due").With(messageId).With(StoredTime.From(now));
        return new UnreportedMessage(envelope, outcomes, await due.ExecuteScalarAsync(cancel).ConfigureAwait(false) is not null);
    }

    private static async Task<IReadOnlyList<QueuedMessage>> ReadPageAsync(NpgsqlConnection connection, long after, int limit, CancellationToken cancel)
    {
        await using var command = Command(connection, "messages_after").With(after).With((long)limit);
        var envelopes = await command.ListAsync(row => StoredRow.Envelope(row), cancel).ConfigureAwait(false);
        if (envelopes.Count == 0) return [];
        await using var between = Command(connection, "recipients_between").With(after).With(envelopes[^1].Id).With((long)MaxRecipientsOfPage);
        var rows = await between.ListAsync(row => (Message: row.GetInt64(StoredRow.RecipientColumns), Recipient: StoredRow.Recipient(row)), cancel)
            .ConfigureAwait(false);
        var recipients = rows.ToLookup(row => row.Message, row => row.Recipient);
        // A full answer ends somewhere within its last message: that one is read whole, and ends the page.
        var last = rows.Count == MaxRecipientsOfPage ? rows[^1].Message : long.MaxValue;
        var page = envelopes.Where(envelope => envelope.Id < last).Select(envelope => new QueuedMessage(envelope, [.. recipients[envelope.Id]])).ToList();
        if (envelopes.Find(envelope => envelope.Id == last) is { } large)
            page.Add(new QueuedMessage(large, await RecipientsAsync(connection, last, cancel).ConfigureAwait(false)));
        return page;
    }

    private static async Task<MessageEnvelope?> MessageAsync(NpgsqlConnection connection, long messageId, CancellationToken cancel)
    {
        await using var command = Command(connection, "message").With(messageId);
        return await command.ListAsync(row => StoredRow.Envelope(row), cancel).ConfigureAwait(false) is [var envelope] ? envelope : null;
    }

    private static async Task<IReadOnlyList<QueuedRecipient>> RecipientsAsync(NpgsqlConnection connection, long messageId, CancellationToken cancel)
    {
        await using var command = Command(connection, "recipients").With(messageId);
        return await command.ListAsync(StoredRow.Recipient, cancel).ConfigureAwait(false);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string name) => new(Statements[name], connection);

    /// <summary>Adds the next parameter.</summary>
    private static NpgsqlCommand With<T>(this NpgsqlCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return command;
    }

    /// <summary>Adds the values of a selection as the first parameters.</summary>
    private static NpgsqlCommand With(this NpgsqlCommand command, Selection selection)
    {
        foreach (var value in selection.Values) _ = value is string text ? command.With(StoredText.From(text)) : command.With((long)value);
        return command;
    }

    /// <summary>The text with <c>$1</c>, <c>$2</c> … for its question marks.</summary>
    private static string Numbered(string sql)
    {
        var parts = sql.Split('?');
        return string.Concat(parts.Select((part, i) => i == 0 ? part : string.Create(CultureInfo.InvariantCulture, $"${i}{part}")));
    }

    private static async Task<List<T>> ListAsync<T>(this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancel)
    {
        var list = new List<T>();
        await using var rows = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        while (await rows.ReadAsync(cancel).ConfigureAwait(false)) list.Add(read(rows));
        return list;
    }
}
