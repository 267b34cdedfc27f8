using System.Globalization;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>The settings of the one connection that writes and checkpoints.</summary>
internal static class WriterSettings
{
    /// <summary>Octets of a page of the database.</summary>
    public const int PageSize = 8192;

    /// <summary>
    /// What the log is cut back to after a reader made it grow. Its space is reused, so deletes can be written on a full disk.
    /// </summary>
    private const int JournalSizeLimit = 2 * Checkpoints.Octets;

    /// <summary>Sets them all.</summary>
    /// <exception cref="QueueStoreException">One cannot be set.</exception>
    public static void Apply(SqliteDatabase database, string file)
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
}
