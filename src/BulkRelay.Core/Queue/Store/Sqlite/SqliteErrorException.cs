using BulkRelay.Core.Queue.Store.Writing;
using SQLitePCL;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>A call of SQLite failed. <paramref name="code"/> is the extended result code (https://www.sqlite.org/rescode.html).</summary>
internal sealed class SqliteErrorException(int code, string message, string action)
    : DatabaseErrorException($"{action}: {message} (SQLite result {code})")
{
    private int Primary => code & 0xff;

    /// <summary>
    /// The index of the log finds no room (<c>SQLITE_IOERR_SHMSIZE</c>) on the same full disk, and SQLite has another word for it.
    /// </summary>
    public override bool IsFull => Primary == raw.SQLITE_FULL || code == raw.SQLITE_IOERR_SHMSIZE;

    /// <summary>A reader did not get out of the way in time.</summary>
    public bool IsBusy => Primary == raw.SQLITE_BUSY;

    /// <summary>The file itself cannot be read or is not what it should be.</summary>
    public bool IsDamage => !IsFull && Primary is raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    public override bool IsBadValue => Primary is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH;
}
