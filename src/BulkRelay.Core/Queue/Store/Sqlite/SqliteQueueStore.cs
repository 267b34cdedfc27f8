using BulkRelay.Core.Queue.Store.Writing;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// The queue in one SQLite database (WAL, synchronous=FULL): one connection on one thread writes and checkpoints
/// (<see cref="QueueWriter"/>), a few others only read (<see cref="ReaderPool"/>).
/// </summary>
public sealed class SqliteQueueStore : WrittenQueueStore
{
    private readonly QueueLock _lock;
    private readonly MessageIds _ids = new();
    private readonly DiskReserve _reserve;
    private readonly SqliteQueueReader _reader;
    private readonly QueueWriter _writer;
    private int _isDisposed;

    private SqliteQueueStore(SqliteStoreOptions options, QueueLock queueLock)
    {
        _lock = queueLock;
        var owner = Guid.NewGuid().ToString("N");
        _reserve = new DiskReserve(options.File, Checkpoints.Octets);
        var database = OpenFirst();
        _reader = SqliteQueueReader.Open(options.File);
        var writerOptions = new WriterOptions(Reopen, _reader.Pool, TellOwnerChanged, options.Log)
        {
            Time = options.Time,
            ReopenDelay = options.ReopenDelay,
            FullRetryDelay = options.FullRetryDelay,
        };
        _writer = new QueueWriter(writerOptions, database);
        _reader.Pool.Failed = _writer.ReportFailure;

        IWriterDatabase OpenFirst()
        {
            try
            {
                return WriterDatabase.Open(options, _ids, owner, _reserve);
            }
            catch (SqliteErrorException e) when (e.IsFull)
            {
                _reserve.Release();
                return WriterDatabase.Open(options, _ids, owner, _reserve);
            }
        }

        IWriterDatabase Reopen()
        {
            _lock.TakeAnew();
            return WriterDatabase.OpenAndVerify(options, _ids, owner, _reserve);
        }
    }

    /// <summary>Opens the queue, making it if there is none, for this process alone.</summary>
    /// <exception cref="QueueStoreException">It cannot be used: another process has it, a newer version wrote it …</exception>
    public static SqliteQueueStore Open(SqliteStoreOptions options)
    {
        QueueLock? queueLock = null;
        try
        {
            // The lock lies beside the database, whatever name leads there.
            if (new FileInfo(options.File) is { LinkTarget: not null } link)
                options = options with { File = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName };
            queueLock = QueueLock.Take(MakeDirectory(options.File));
            MakeFile(options.File);
            return new SqliteQueueStore(options, queueLock);
        }
        catch (Exception e)
        {
            queueLock?.Dispose();
            if (e is UnauthorizedAccessException or IOException and not QueueStoreException)
                throw new QueueStoreException($"{options.File} cannot be opened: {e.Message}", e);
            throw;
        }
    }

    /// <inheritdoc/>
    public override StoreRoom Room => _reserve.Room;

    private protected override QueueWriter Writer => _writer;

    private protected override IQueueReader Reader => _reader;

    /// <inheritdoc/>
    public override long NextMessageId()
    {
        var id = _ids.Next();
        if (_ids.NeedReservation) _writer.ReserveIds();
        return id;
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel) =>
        _reader.Pool.RunAsync(reader => reader.ReadDue(destination, null, due, limit, recipientLimit), cancel);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<QueueEntry>> ReadDueAsync(
        DestinationKey destination, long flow, DateTimeOffset due, int limit, int recipientLimit, CancellationToken cancel) =>
        _reader.Pool.RunAsync(reader => reader.ReadDue(destination, flow, due, limit, recipientLimit), cancel);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<FlowBacklog>> ReadFlowsAsync(
        DestinationKey destination, long after, int limit, CancellationToken cancel) =>
        _reader.Pool.RunAsync(reader => reader.ReadFlows(destination, after, limit), cancel);

    /// <inheritdoc/>
    public override ValueTask<DateTimeOffset?> NextDueAsync(DestinationKey destination, DateTimeOffset after, CancellationToken cancel) =>
        _reader.Pool.RunAsync(reader => reader.NextDue(destination, after), cancel);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<DestinationBacklog>> ReadBacklogAsync(CancellationToken cancel) =>
        _reader.Pool.RunAsync(reader => reader.ReadBacklog(), cancel);

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<long>> ReadUnreportedMessagesAsync(long after, int limit, CancellationToken cancel) =>
        _reader.Pool.RunAsync(reader => reader.ReadUnreportedMessages(after, limit), cancel);

    /// <inheritdoc/>
    public override ValueTask<UnreportedMessage?> ReadUnreportedAsync(
        long messageId, DateTimeOffset now, int limit, CancellationToken cancel) =>
        _reader.Pool.RunAsync(reader => reader.ReadUnreported(messageId, now, limit), cancel);

    /// <summary>Writes what waits (a record too), copies the log into the database and frees the queue for another process.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        await Task.Run(_writer.Dispose).ConfigureAwait(false);
        await _reader.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    private static string MakeDirectory(string file)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(file))!;
        // Others may pass through, to the folders in which programs hand over mail; the files here are for the relay's user only.
        Directory.CreateDirectory(directory,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        return new DriveInfo(directory).DriveType != DriveType.Network
            ? directory
            : throw new QueueStoreException(
                $"{directory} is on a network file system, where SQLite cannot keep a queue safe: set queue_directory to a local disk");
    }

    /// <summary>Makes the database 0600, whatever the umask; SQLite gives its other files the same mode.</summary>
    internal static void MakeFile(string file)
    {
        // Not for a file that exists: closing it again would take this process's locks from it (fcntl(2)).
        if (File.Exists(file)) return;
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        new FileStream(file, options).Dispose();
    }
}
