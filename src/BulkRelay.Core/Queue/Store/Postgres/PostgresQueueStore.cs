using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Store.Writing;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// The queue in a PostgreSQL database. One connection writes, in transactions of statements that work on many rows at once
/// (<see cref="QueueWriter"/>, <see cref="WriterTransaction"/>); a few others read.
/// </summary>
/// <remarks>
/// One relay works on a queue at a time (<see cref="QueueOwnership"/>). The tables and statements are made for several all the same:
/// message ids come from a sequence in blocks, each writer counts in a row of its own, whoever takes the last recipient of a message locks
/// the message first, and nothing here takes it for granted that what it has not written itself does not change. What is to come with
/// several relays are leases of destinations, in place of the one lock.
/// </remarks>
public sealed class PostgresQueueStore : WrittenQueueStore
{
    private readonly MessageIdBlocks _ids = new();
    private readonly PostgresQueueReader _reader;
    private readonly QueueWriter _writer;
    private int _isDisposed;

    private PostgresQueueStore(PostgresStoreOptions options, ServiceLog log)
    {
        var ownership = new QueueOwnership(options.Place, options.OwnerPatience);
        IWriterDatabase OpenWriter() => PostgresWriterDatabase.Open(options, _ids, ownership);

        var database = OpenWriter();
        _reader = new PostgresQueueReader(options, log);
        var writerOptions = new WriterOptions(OpenWriter, _reader.Connections, TellOwnerChanged, log)
        {
            ReopenDelay = options.ReopenDelay,
            LongestReopenDelay = TimeSpan.FromSeconds(5),
            UnclearPatience = options.UnclearPatience,
            FullRetryDelay = options.FullRetryDelay,
            IdleCheck = options.IdleCheck,
            Time = options.Time,
        };
        _writer = new QueueWriter(writerOptions, database);
    }

    /// <summary>Opens the queue, making it if there is none, for this process alone.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="log">For the operator: failures, and that they are over.</param>
    /// <exception cref="QueueStoreException">It cannot be used: the server does not answer, another relay has it, a newer version wrote it …</exception>
    public static PostgresQueueStore Open(PostgresStoreOptions options, ServiceLog log)
    {
        try
        {
            return new PostgresQueueStore(options, log);
        }
        catch (DatabaseErrorException e)
        {
            throw new QueueStoreException($"{e.Message}: check queue_store, and that the server runs and lets this relay in", e);
        }
    }

    /// <summary>The server alone knows; it says so when something is stored.</summary>
    public override StoreRoom Room => new(TakesMail: true, Reusable: 0);

    private protected override QueueWriter Writer => _writer;

    private protected override IQueueReader Reader => _reader;

    /// <inheritdoc/>
    public override long NextMessageId()
    {
        var id = _ids.Next();
        if (_ids.NeedBlock) _writer.ReserveIds();
        return id;
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel) =>
        _reader.Connections.RunAsync(
            (connection, stop) => ReaderStatements.ReadDueAsync(connection, destination, null, due, limit, recipientLimit, stop), cancel);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, long flow, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel) =>
        _reader.Connections.RunAsync(
            (connection, stop) => ReaderStatements.ReadDueAsync(connection, destination, flow, due, limit, recipientLimit, stop), cancel);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<FlowBacklog>> ReadFlowsAsync(
        DestinationKey destination, long after, int limit, CancellationToken cancel) =>
        _reader.Connections.RunAsync((connection, stop) => ReaderStatements.ReadFlowsAsync(connection, destination, after, limit, stop), cancel);

    /// <inheritdoc/>
    public override ValueTask<DateTimeOffset?> NextDueAsync(DestinationKey destination, DateTimeOffset after, CancellationToken cancel) =>
        _reader.Connections.RunAsync((connection, stop) => ReaderStatements.NextDueAsync(connection, destination, after, stop), cancel);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<DestinationBacklog>> ReadBacklogAsync(CancellationToken cancel) =>
        _reader.Connections.RunAsync(ReaderStatements.ReadBacklogAsync, cancel);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<long>> ReadUnreportedMessagesAsync(long after, int limit, CancellationToken cancel) =>
        _reader.Connections.RunAsync(
            (connection, stop) => ReaderStatements.ReadUnreportedMessagesAsync(connection, after, limit, stop), cancel);

    /// <inheritdoc/>
    public override ValueTask<UnreportedMessage?> ReadUnreportedAsync(
        long messageId, DateTimeOffset now, int limit, CancellationToken cancel) =>
        _reader.Connections.RunAsync(
            (connection, stop) => ReaderStatements.ReadUnreportedAsync(connection, messageId, now, limit, stop), cancel);

    /// <summary>Writes what waits (a record too) and frees the queue for another relay.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await Task.Run(_writer.Dispose).ConfigureAwait(false);
        await _reader.DisposeAsync().ConfigureAwait(false);
    }
}
