using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// The one relay that works on a queue holds an advisory lock in its database for as long as the connection lives that writes. The lock
/// does two things. It keeps a second relay out. And it tells what became of a commit whose reply was lost: as soon as the next
/// connection has the lock, the earlier one has ended on the server too, and what it had begun is committed or never will be.
/// Beside that the database names the relay that owned it last. That tells who comes back whether another one was there meanwhile, and each
/// transaction makes sure of it, so that nothing is written by a relay that does not know yet that it lost its session.
/// </summary>
/// <param name="place">The database as messages name it.</param>
/// <param name="patience">How long another owner is given to go: the server may take a moment to see that one was killed.</param>
internal sealed class QueueOwnership(string place, TimeSpan patience)
{
    /// <summary>The two numbers of the lock: "Bulk" in ASCII, and which of the locks.</summary>
    private const int LockClass = 0x42756C6B;
    private const int QueueLock = 1;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly NamedStatements Statements = new("Postgres.Sql.Session.sql");

    /// <summary>The name of this relay as owner, made up anew for each start.</summary>
    public string Relay { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The server's process of the connection that had the lock last, and since when it ran; 0 before the first.</summary>
    private int _lastProcess;
    private string _lastStart = "";

    /// <summary>Takes the lock; ends what is left on the server of an earlier connection of this relay.</summary>
    /// <exception cref="QueueStoreException">Another relay has it; the message names it.</exception>
    public void Take(NpgsqlConnection connection)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !TryTake(connection);)
        {
            if (Owner(connection) is not { } owner) continue;
            if (owner.IsOurs) EndSession(connection, owner.Process);
            else if (waited.Elapsed > patience)
                throw new QueueStoreException($"{place} is in use by another relay ({owner.Name}, at {owner.Host}, server process {owner.Process}): "
                    + "stop that one first, or use another database");
            Thread.Sleep(Pause);
        }
        _lastProcess = connection.ProcessID;
        using var start = new NpgsqlCommand(Statements["session_start"], connection);
        _lastStart = (string)start.ExecuteScalar()!;
    }

    /// <summary>Names this relay in the database, with the lock taken and the tables there. True if another one was named.</summary>
    public bool Enter(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Statements["enter_owner"], connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Relay });
        return command.ExecuteScalar() as string != Relay;
    }

    private static bool TryTake(NpgsqlConnection connection)
    {
        using var command = Command(connection, "take", LockClass, QueueLock);
        return (bool)command.ExecuteScalar()!;
    }

    private (int Process, string Name, string Host, bool IsOurs)? Owner(NpgsqlConnection connection)
    {
        using var command = Command(connection, "owner", LockClass, QueueLock, _lastProcess);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _lastStart });
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetBoolean(3)) : null;
    }

    private static void EndSession(NpgsqlConnection connection, int process)
    {
        using var command = Command(connection, "end_session", process);
        command.ExecuteNonQuery();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string name, params int[] values)
    {
        var command = new NpgsqlCommand(Statements[name], connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = value });
        return command;
    }
}
