using Npgsql;
using NpgsqlTypes;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// Brings a database to the newest schema: the files <c>Migrations/NNN_*.sql</c> in order, each in one transaction with the number that
/// it leads to. There is no way back: an older program refuses a newer queue. All is in the schema <c>bulkrelay</c>.
/// </summary>
internal static class PostgresMigrations
{
    /// <summary>The lock under which a schema is changed: see <see cref="QueueOwnership"/>.</summary>
    private const int LockClass = 0x42756C6B;
    private const int SchemaLock = 2;

    private static readonly NamedStatements Statements = new("Postgres.Sql.Session.sql");

    private static readonly IReadOnlyList<string> Files = EmbeddedSql.Names("Postgres.Migrations");

    /// <summary>The schema that this program writes.</summary>
    public static int Newest => Files.Count;

    /// <summary>Applies what is missing. Relays that start at once wait for each other here.</summary>
    /// <exception cref="QueueStoreException">The database was written by a newer program.</exception>
    public static void Apply(NpgsqlConnection connection, string place)
    {
        if (Version(connection, place) == Newest) return;
        using var transaction = connection.BeginTransaction();
        Execute(connection, Statements["lock_schema"], LockClass, SchemaLock);
        Execute(connection, Statements["make_schema"]);
        for (var version = Version(connection, place) ?? 0; version < Newest; version++)
        {
            Execute(connection, EmbeddedSql.Read(Files[version]));
            Execute(connection, Statements["reached_version"], version + 1);
        }
        transaction.Commit();
    }

    /// <summary>Makes sure that there is a queue of the schema that this program knows.</summary>
    /// <exception cref="QueueStoreException">There is none, or it is of another schema.</exception>
    public static void Require(NpgsqlConnection connection, string place)
    {
        switch (Version(connection, place))
        {
            case null:
                throw new QueueStoreException($"{place} holds no queue: no relay has run with this queue_store yet");
            case { } version when version < Newest:
                throw new QueueStoreException($"{place} has schema {version}, and this program reads schema {Newest}: "
                    + "start the relay once, it brings the queue to the newest schema");
        }
    }

    /// <summary>The schema of a database; null if it has none.</summary>
    private static int? Version(NpgsqlConnection connection, string place)
    {
        using var exists = new NpgsqlCommand(Statements["has_schema"], connection);
        if (!(bool)exists.ExecuteScalar()!) return null;
        using var command = new NpgsqlCommand(Statements["schema_version"], connection);
        var version = (int)command.ExecuteScalar()!;
        return version <= Newest
            ? version
            : throw new QueueStoreException($"{place} has schema {version}, and this program knows schemas up to {Newest}: "
                + "a newer version has used this queue; run that version, or give this one a database of its own");
    }

    private static void Execute(NpgsqlConnection connection, string sql, params int[] values)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Integer });
        command.ExecuteNonQuery();
    }
}
