namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// A file beside the database that does nothing but take up room: as much as one checkpoint may need. When the disk is full it is given up;
/// then the log can be copied and results of deliveries are written, so that the queue drains. No mail is taken until the room is there
/// again, on the disk or free within the database. On a small disk it is smaller, and checkpoints come sooner. Changed by the writer's
/// thread only.
/// </summary>
internal sealed class DiskReserve
{
    /// <summary>It takes this part of the disk, at most.</summary>
    private const int Share = 4;

    private readonly string _file;
    private readonly DriveInfo _disk;
    private volatile bool _isHeld;
    private long _reusable;

    /// <param name="database">The file of the database.</param>
    /// <param name="most">Octets that it is to have.</param>
    public DiskReserve(string database, long most)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(database))!;
        _file = Path.Combine(directory, "queue.reserve");
        _disk = new DriveInfo(directory);
        Octets = Math.Min(most, _disk.TotalSize / Share);
    }

    /// <summary>How many octets it has when it is there.</summary>
    public long Octets { get; }

    /// <summary>Safe from any thread.</summary>
    public StoreRoom Room => new(_isHeld || Reusable >= Octets, Reusable);

    /// <summary>Octets that are free within the database: what comes anew goes there first.</summary>
    public long Reusable
    {
        get => Volatile.Read(ref _reusable);
        set => Volatile.Write(ref _reusable, value);
    }

    /// <summary>True if less is free on the disk than another reserve would take.</summary>
    public bool IsDiskShort => FreeOnDisk() < Octets;

    /// <summary>Takes the room if it is not taken and the disk has it.</summary>
    public void Hold()
    {
        if (_isHeld) return;
        try
        {
            if (File.Exists(_file) && new FileInfo(_file).Length == Octets) _isHeld = true;
            else if (FreeOnDisk() >= Octets) Make();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody else was faster, or may write here and this process may not: the next try is soon.
            Release();
        }
    }

    /// <summary>Gives the room up.</summary>
    public void Release()
    {
        _isHeld = false;
        File.Delete(_file);
    }

    /// <summary>What cannot be asked shows when something is written.</summary>
    private long FreeOnDisk()
    {
        try
        {
            return _disk.AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }

    private void Make()
    {
        File.Delete(_file);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            PreallocationSize = Octets,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var stream = new FileStream(_file, options);
        stream.SetLength(Octets);
        _isHeld = true;
    }
}
