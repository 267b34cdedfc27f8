using System.Runtime.CompilerServices;
using BulkRelay.Core.Queue.Steering;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// Reads a queue in an SQLite database without a right to write it: what commands use while the relay is down. A relay may start
/// meanwhile; neither disturbs the other.
/// </summary>
public sealed class SqliteQueueReader : IQueueReader
{
    private const int PageSize = 200;

    private SqliteQueueReader(string file)
    {
        Pool = new ReaderPool(file);
    }

    internal ReaderPool Pool { get; }

    /// <summary>Opens the queue in a file.</summary>
    /// <exception cref="QueueStoreException">There is none; the message says what to do.</exception>
    public static SqliteQueueReader Open(string file)
    {
        if (!File.Exists(file)) throw new QueueStoreException($"{file} does not exist: no relay has run with this queue_directory yet");
        return new SqliteQueueReader(file);
    }

    /// <inheritdoc/>
    public ValueTask<MessageContent?> ReadContentAsync(long messageId, CancellationToken cancel) =>
        Pool.RunAsync(reader => reader.ReadContent(messageId), cancel);

    /// <inheritdoc/>
    public ValueTask<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel) =>
        Pool.RunAsync(reader => reader.Find(queueId), cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var last = 0L; ;)
        {
            var after = last;
            var page = await Pool.RunAsync(reader => reader.ReadPage(filter, after, PageSize), cancel).ConfigureAwait(false);
            if (page.Count == 0) yield break;
            foreach (var message in page) yield return message;
            last = page[^1].Envelope.Id;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<long>> SelectAsync(QueueFilter filter, long after, int limit, CancellationToken cancel) =>
        Pool.RunAsync(reader => reader.Select(filter, after, limit), cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<long, string>> ReadQueueIdsAsync(IReadOnlyList<long> messageIds, CancellationToken cancel) =>
        Pool.RunAsync(reader => reader.ReadQueueIds(messageIds), cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ShapeCell>> ReadShapeAsync(
        QueueFilter filter, bool ofSenders, IReadOnlyList<DateTimeOffset> bounds, CancellationToken cancel) =>
        Pool.RunAsync(reader => reader.ReadShape(filter, ofSenders, bounds), cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel) =>
        Pool.RunAsync(reader => reader.Summarize(), cancel);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<QueueFreeze>> ReadFreezesAsync(CancellationToken cancel) =>
        Pool.RunAsync(reader => reader.ReadFreezes(), cancel);

    /// <inheritdoc/>
    public ValueTask<long> CountAsync(CancellationToken cancel) => Pool.RunAsync(reader => reader.Count(), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Pool.Dispose();
        return ValueTask.CompletedTask;
    }
}
