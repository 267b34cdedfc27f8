using System.Runtime.CompilerServices;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>Reads a queue in a PostgreSQL database and writes nothing: what commands use while the relay is down.</summary>
public sealed class PostgresQueueReader : IQueueReader
{
    private const int PageSize = 200;

    /// <summary>For a store that knows that the queue is there.</summary>
    internal PostgresQueueReader(PostgresStoreOptions options, ServiceLog? log)
    {
        Connections = new PostgresReaders(options, log);
    }

    internal PostgresReaders Connections { get; }

    /// <summary>Opens a queue that is there.</summary>
    /// <exception cref="QueueStoreException">There is none, or it cannot be reached; the message says what to do.</exception>
    public static PostgresQueueReader Open(PostgresStoreOptions options)
    {
        var reader = new PostgresQueueReader(options, log: null);
        reader.Connections.Require();
        return reader;
    }

    /// <inheritdoc/>
    public ValueTask<MessageContent?> ReadContentAsync(long messageId, CancellationToken cancel) =>
        Connections.RunAsync((connection, stop) => ReaderStatements.ReadContentAsync(connection, messageId, stop), cancel);

    /// <inheritdoc/>
    public ValueTask<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel) =>
        Connections.RunAsync((connection, stop) => ReaderStatements.FindAsync(connection, queueId, stop), cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var last = 0L; ;)
        {
            var after = last;
            var page = await Connections.RunAsync((connection, stop) => ReaderStatements.ReadPageAsync(connection, filter, after, PageSize, stop), cancel)
                .ConfigureAwait(false);
            if (page.Count == 0) yield break;
            foreach (var message in page) yield return message;
            last = page[^1].Envelope.Id;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> SelectAsync(QueueFilter filter, long after, int limit, CancellationToken cancel) =>
        Connections.RunAsync((connection, stop) => ReaderStatements.SelectAsync(connection, filter, after, limit, stop), cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<long, string>> ReadQueueIdsAsync(IReadOnlyList<long> messageIds, CancellationToken cancel) =>
        Connections.RunAsync((connection, stop) => ReaderStatements.ReadQueueIdsAsync(connection, messageIds, stop), cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ShapeCell>> ReadShapeAsync(
        QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds, CancellationToken cancel) =>
        Connections.RunAsync((connection, stop) => ReaderStatements.ReadShapeAsync(connection, filter, ofSenders, bounds, stop), cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel) =>
        Connections.RunAsync(ReaderStatements.SummarizeAsync, cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QueueFreeze>> ReadFreezesAsync(CancellationToken cancel) =>
        Connections.RunAsync(ReaderStatements.ReadFreezesAsync, cancel);

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancel) => Connections.RunAsync(ReaderStatements.CountAsync, cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Connections.DisposeAsync();
}
