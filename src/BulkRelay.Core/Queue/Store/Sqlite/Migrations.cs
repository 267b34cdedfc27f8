using System.Globalization;

namespace BulkRelay.Core.Queue.Store.Sqlite;

/// <summary>
/// Brings a database to the newest schema: the files <c>Migrations/NNN_*.sql</c> in order, each in one transaction with the number that
/// it leads to (<c>PRAGMA user_version</c>). There is no way back: an older program refuses a newer queue.
/// </summary>
internal static class Migrations
{
    private static readonly IReadOnlyList<string> Files = EmbeddedSql.Names("Sqlite.Migrations");

    /// <summary>The schema that this program writes.</summary>
    public static int Newest => Files.Count;

    /// <summary>Applies what is missing.</summary>
    /// <exception cref="QueueStoreException">The database was written by a newer program.</exception>
    public static void Apply(SqliteDatabase database, string file)
    {
        for (var version = CheckVersion(database, file); version < Newest; version++)
        {
            var next = (version + 1).ToString(CultureInfo.InvariantCulture);
            database.Execute($"BEGIN IMMEDIATE; {EmbeddedSql.Read(Files[version])}; PRAGMA user_version = {next}; COMMIT");
        }
    }

    /// <summary>The schema of a database; 0 if it is empty.</summary>
    /// <exception cref="QueueStoreException">The database was written by a newer program.</exception>
    public static int CheckVersion(SqliteDatabase database, string file)
    {
        var version = (int)database.QueryNumber("PRAGMA user_version");
        return version <= Newest
            ? version
            : throw new QueueStoreException($"{file} has schema {version}, and this program knows schemas up to {Newest}: "
                + "a newer version has used this queue; run that version, or give this one a queue_directory of its own");
    }
}
