using System.Globalization;
using SQLitePCL;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>One connection to a database file, used by one thread at a time.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>sqlite3.h: SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE.</summary>
    private const int NoCheckpointOnClose = 1006;

    /// <summary>How long a statement waits for a lock. Only a stranger (the <c>sqlite3</c> command) can make it wait.</summary>
    private const int BusyMilliseconds = 5000;

    private readonly sqlite3 _database;
    private readonly string _file;
    private readonly List<SqliteStatement> _statements = [];

    static SqliteDatabase() => Batteries_V2.Init();

    private SqliteDatabase(sqlite3 database, string file)
    {
        _database = database;
        _file = file;
    }

    /// <summary>Opens a file for the one connection that writes and checkpoints; makes it if it is missing.</summary>
    public static SqliteDatabase OpenWriter(string file) => Open(file, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE);

    /// <summary>
    /// Opens an existing file for reading. Such a connection never writes and never checkpoints, not even when it is closed: SQLite before
    /// 3.51.3 can corrupt a database that two connections write or checkpoint at once (https://www.sqlite.org/wal.html#the_wal_reset_bug),
    /// and an operator may look at the file with the one of the system.
    /// </summary>
    public static SqliteDatabase OpenReader(string file)
    {
        var database = Open(file, raw.SQLITE_OPEN_READONLY);
        database.LeaveLogOnClose();
        database.Execute("PRAGMA query_only = 1; PRAGMA wal_autocheckpoint = 0; PRAGMA mmap_size = 0; PRAGMA cache_size = -2048");
        return database;
    }

    private static SqliteDatabase Open(string file, int mode)
    {
        var result = raw.sqlite3_open_v2(file, out var handle, mode | raw.SQLITE_OPEN_NOMUTEX | raw.SQLITE_OPEN_PRIVATECACHE, null);
        var database = new SqliteDatabase(handle, file);
        if (result != raw.SQLITE_OK)
        {
            var error = database.Failure(result, "open");
            database.Dispose();
            throw error;
        }
        _ = raw.sqlite3_extended_result_codes(handle, 1);
        _ = raw.sqlite3_busy_timeout(handle, BusyMilliseconds);
        return database;
    }

    /// <summary>Prepares a statement that lives as long as the connection. The name is for error messages.</summary>
    public SqliteStatement Prepare(string sql, string name)
    {
        var result = raw.sqlite3_prepare_v2(_database, sql, out var statement);
        if (result != raw.SQLITE_OK) throw Failure(result, name);
        var prepared = new SqliteStatement(_database, statement, $"{name}: {_file}");
        _statements.Add(prepared);
        return prepared;
    }

    /// <summary>Prepares the statement of that name.</summary>
    public SqliteStatement Prepare(NamedStatements statements, string name) => Prepare(statements[name], name);

    /// <summary>Runs statements that give no rows.</summary>
    public void Execute(string sql)
    {
        var result = raw.sqlite3_exec(_database, sql);
        if (result != raw.SQLITE_OK) throw Failure(result, sql.Length > 80 ? sql[..80] : sql);
    }

    /// <summary>The first value of the first row, as text.</summary>
    public string Query(string sql) => Query(sql, sql, static statement => statement.Step() ? statement.Text(0) : "");

    /// <summary>Prepares a statement, lets it be read, and forgets it.</summary>
    public T Query<T>(string sql, string name, Func<SqliteStatement, T> read)
    {
        var statement = Prepare(sql, name);
        try
        {
            return read(statement);
        }
        finally
        {
            _statements.Remove(statement);
            statement.Dispose();
        }
    }

    /// <inheritdoc cref="Query"/>
    public long QueryNumber(string sql) => long.Parse(Query(sql), CultureInfo.InvariantCulture);

    /// <summary>Rows that the last INSERT, UPDATE or DELETE changed.</summary>
    public int Changes => raw.sqlite3_changes(_database);

    /// <summary>True inside a transaction. Some errors end it by themselves.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_database) == 0;

    /// <summary>Pages written to the log since this was last asked with <paramref name="reset"/>.</summary>
    public int PagesWritten(bool reset)
    {
        _ = raw.sqlite3_db_status(_database, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, reset ? 1 : 0);
        return written;
    }

    /// <summary>
    /// Copies the log into the database file. Returns the frames in the log and how many of them are in the database file now.
    /// </summary>
    /// <param name="truncate">False: copies what no reader holds back. True: waits for readers, and empties the log.</param>
    public (int Frames, int Copied) Checkpoint(bool truncate)
    {
        var mode = truncate ? raw.SQLITE_CHECKPOINT_TRUNCATE : raw.SQLITE_CHECKPOINT_PASSIVE;
        var result = raw.sqlite3_wal_checkpoint_v2(_database, "main", mode, out var frames, out var copied);
        if (result != raw.SQLITE_OK) throw Failure(result, "checkpoint");
        return (frames, copied);
    }

    /// <summary>Leaves the log as it is when this connection closes, so that the next opening has to check it frame by frame.</summary>
    public void LeaveLogOnClose()
    {
        var result = raw.sqlite3_db_config(_database, NoCheckpointOnClose, 1, out _);
        if (result != raw.SQLITE_OK) throw Failure(result, "no checkpoint on close");
    }

    public void Dispose()
    {
        foreach (var statement in _statements) statement.Dispose();
        _statements.Clear();
        _database.Dispose();
    }

    private SqliteErrorException Failure(int result, string action) =>
        new(result, raw.sqlite3_errmsg(_database).utf8_to_string(), $"{action}: {_file}");
}
