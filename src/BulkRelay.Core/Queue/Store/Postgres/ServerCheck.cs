using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>Whether a server can be trusted with a queue.</summary>
internal static class ServerCheck
{
    private static readonly NamedStatements Statements = new("Postgres.Sql.Session.sql");

    /// <summary>
    /// Makes sure that what is committed on this connection is on disk. A setting of the administrator that asks for more than
    /// <c>synchronous_commit = on</c>, or for less of the standby servers, is left as it is.
    /// </summary>
    /// <exception cref="QueueStoreException">The server does not sync, cannot be written, or cannot hold any text; says what to do.</exception>
    public static void Durable(NpgsqlConnection connection, string place)
    {
        var (fsync, fullPageWrites, encoding, readOnly, commit) = Settings(connection);
        if (commit == "off")
        {
            using var command = new NpgsqlCommand(Statements["commit_synchronously"], connection);
            command.ExecuteNonQuery();
            commit = Settings(connection).Commit;
        }
        var fault = (fsync, fullPageWrites, encoding, readOnly, commit) switch
        {
            ("off", _, _, _, _) => "the server runs with fsync = off and would lose mail: set fsync = on in postgresql.conf",
            (_, "off", _, _, _) => "the server runs with full_page_writes = off and may lose mail: set it on in postgresql.conf",
            (_, _, not "UTF8", _, _) => $"the database has the encoding {encoding}: make one with ENCODING 'UTF8'",
            (_, _, _, "on", _) => "the server takes no changes (a standby, or default_transaction_read_only): name the primary",
            (_, _, _, _, "off") => "the server does not let synchronous_commit be switched on",
            _ => null,
        };
        if (fault is not null) throw new QueueStoreException($"{place}: {fault}");
    }

    private static (string Fsync, string FullPageWrites, string Encoding, string ReadOnly, string Commit) Settings(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Statements["server"], connection);
        using var row = command.ExecuteReader();
        row.Read();
        return (row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4));
    }
}
