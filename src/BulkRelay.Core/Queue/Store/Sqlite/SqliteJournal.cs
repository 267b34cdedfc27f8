using BulkRelay.Core.Queue.Journal;
using Microsoft.Data.Sqlite;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// The journal of the actors in a file of its own beside the queue: <c>queue-actors.db</c> beside <c>queue.db</c>. It is set to a write-ahead
/// log here, because the plugin cannot: without one each event costs three syncs instead of one.
/// </summary>
internal sealed class SqliteJournal(string queueFile) : IJournalDatabase
{
    /// <summary>What a damaged file is renamed to. The one before it is given up.</summary>
    private const string Damaged = ".damaged";

    private static readonly string[] Companions = ["-wal", "-shm"];

    private readonly string _file =
        Path.Combine(Path.GetDirectoryName(queueFile)!, $"{Path.GetFileNameWithoutExtension(queueFile)}-actors{Path.GetExtension(queueFile)}");

    public string Place => _file;

    public string Provider => "SQLite.MS";

    public string ConnectionString => new SqliteConnectionStringBuilder { DataSource = _file }.ConnectionString;

    public string Schema => "";

    public bool Exists() => File.Exists(_file);

    public string? Prepare()
    {
        // Connections that the plugin keeps may be to a file that is not there any more.
        SqliteConnection.ClearAllPools();
        try
        {
            MakeTables();
            return null;
        }
        catch (SqliteErrorException e) when (e.IsDamage)
        {
            SetAside();
            MakeTables();
            return $"{e.Message}: it is now {_file}{Damaged}";
        }
    }

    public long? Octets() => Companions.Append("").Sum(end => new FileInfo(_file + end) is { Exists: true } file ? file.Length : 0);

    private void MakeTables()
    {
        SqliteQueueStore.MakeFile(_file);
        using var database = SqliteDatabase.OpenWriter(_file);
        var found = database.Query("PRAGMA quick_check(1)");
        if (found != "ok") throw new SqliteErrorException(SQLitePCL.raw.SQLITE_CORRUPT, found, $"check: {_file}");
        _ = database.Query("PRAGMA journal_mode = WAL");
        database.Execute(EmbeddedSql.Read("Sqlite.Sql.Journal.sql"));
    }

    private void SetAside()
    {
        File.Move(_file, _file + Damaged, overwrite: true);
        foreach (var end in Companions) File.Delete(_file + end);
    }
}
