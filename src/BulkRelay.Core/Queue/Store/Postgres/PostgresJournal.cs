using BulkRelay.Core.Queue.Journal;
using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>The journal of the actors in the queue's database, in the schema <c>bulkrelay_actors</c>.</summary>
internal sealed class PostgresJournal(PostgresStoreOptions options) : IJournalDatabase
{
    private static readonly NamedStatements Statements = new("Postgres.Sql.Session.sql");

    public string Place => $"{options.Place}, schema {Schema}";

    public string Provider => "PostgreSQL.15";

    public string ConnectionString => options.JournalConnection;

    public string Schema => "bulkrelay_actors";

    public bool Exists() => Ask("has_journal") is true;

    public string? Prepare()
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(EmbeddedSql.Read("Postgres.Sql.Journal.sql"), connection);
        command.ExecuteNonQuery();
        return null;
    }

    public long? Octets() => Ask("journal_octets") as long?;

    private object? Ask(string statement)
    {
        using var connection = Open();
        using var command = new NpgsqlCommand(Statements[statement], connection);
        return command.ExecuteScalar();
    }

    private NpgsqlConnection Open()
    {
        var connection = new NpgsqlConnection(ConnectionString);
        connection.Open();
        return connection;
    }
}
