namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// When the log is copied into the database file, and what is done when the disk is full. Used by the writer's thread only.
/// </summary>
internal sealed class Checkpoints
{
    /// <summary>
    /// A checkpoint is due after so many octets in the log, or after as many as the reserve has: it copies them into the database file,
    /// which may grow by as much, and syncs it.
    /// </summary>
    public const int Octets = 4000 * WriterSettings.PageSize;

    /// <summary>The operator is told when readers hold back so many times what a checkpoint takes (320 MB).</summary>
    private const int LongLog = 10;

    /// <summary>How often it is looked how much room there is.</summary>
    private static readonly TimeSpan RoomCheck = TimeSpan.FromSeconds(1);

    private readonly SqliteDatabase _database;
    private readonly SqliteStoreOptions _options;
    private readonly DiskReserve _reserve;
    private readonly SqliteStatement _countFree;
    private readonly int _pages;
    private long _lookedAt;

    public Checkpoints(SqliteDatabase database, SqliteStoreOptions options, DiskReserve reserve)
    {
        _database = database;
        _options = options;
        _reserve = reserve;
        _pages = (int)(reserve.Octets / WriterSettings.PageSize);
        _countFree = database.Prepare("PRAGMA freelist_count", "count free pages");
        LookForRoom();
    }

    /// <inheritdoc cref="WriterDatabase.TakesMail"/>
    public bool TakesMail => _reserve.Room.TakesMail;

    /// <summary>Copies the log into the database file if enough has gathered, and looks how much room there is.</summary>
    public void Maintain()
    {
        if (_database.PagesWritten(reset: false) >= _pages)
        {
            if (TryRun(truncate: false) is not { } heldBack) MakeRoom();
            else if (heldBack >= LongLog * _pages)
                _options.Log.Warning($"queue store: a reader keeps the log of {_options.File} from being copied; it grows");
        }
        if (Environment.TickCount64 - _lookedAt >= (long)RoomCheck.TotalMilliseconds) LookForRoom();
    }

    /// <summary>
    /// Gives the reserve up, in which the database can grow by the log, and empties the log: then deletes go on, for which nothing need
    /// grow any more.
    /// </summary>
    public void MakeRoom()
    {
        if (TakesMail)
            _options.Log.Warning($"queue store: the disk of {_options.File} is full: no mail is taken until there is room, deliveries go on");
        _reserve.Release();
        _ = TryRun(truncate: true);
    }

    /// <summary>Copies the log into the database file. Returns the frames that readers hold back.</summary>
    public int Run(bool truncate)
    {
        try
        {
            var (frames, copied) = _database.Checkpoint(truncate);
            return frames - copied;
        }
        finally
        {
            // The next one is due after as much again, whatever came of this one.
            _database.PagesWritten(reset: true);
        }
    }

    /// <summary>As <see cref="Run"/>; null if the disk is too full for it now: the log is as good as before, and grows.</summary>
    private int? TryRun(bool truncate)
    {
        try
        {
            return Run(truncate);
        }
        catch (SqliteErrorException e) when (e.IsFull || e.IsBusy)
        {
            return null;
        }
    }

    private void LookForRoom()
    {
        _countFree.Step();
        _reserve.Reusable = _countFree.Int64(0) * WriterSettings.PageSize;
        _countFree.Reset();
        var tookMail = TakesMail;
        // A message that was too large for the disk leaves its room taken by the log.
        if (_reserve.IsDiskShort) _ = TryRun(truncate: true);
        _reserve.Hold();
        if (TakesMail && !tookMail && _lookedAt != 0) _options.Log.Info($"queue store: there is room on the disk of {_options.File} again");
        _lookedAt = Environment.TickCount64;
    }
}
