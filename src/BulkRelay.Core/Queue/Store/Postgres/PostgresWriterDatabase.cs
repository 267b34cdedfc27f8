using System.Data;
using BulkRelay.Core.Queue.Store.Writing;
using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>
/// The one connection that writes. It holds the ownership of the queue as long as it lives (<see cref="QueueOwnership"/>), so that who
/// has opened it knows: nobody else writes, and what an earlier connection of this relay had begun is committed or never will be.
/// </summary>
internal sealed class PostgresWriterDatabase : IWriterDatabase
{
    private readonly PostgresStoreOptions _options;
    private readonly MessageIdBlocks _ids;
    private readonly NpgsqlConnection _connection;
    private readonly string _relay;
    private readonly WriterTransaction _transaction;
    private bool _isLost;

    private PostgresWriterDatabase(PostgresStoreOptions options, MessageIdBlocks ids, NpgsqlConnection connection, string relay)
    {
        _options = options;
        _ids = ids;
        _connection = connection;
        _relay = relay;
        _transaction = new WriterTransaction(relay);
    }

    /// <inheritdoc/>
    public long MessageCount { get; private set; }

    /// <inheritdoc/>
    public bool HasOwnWork => _ids.NeedBlock;

    /// <inheritdoc/>
    public bool TakesMail => true;

    /// <inheritdoc/>
    public bool MayHaveCommitted { get; private set; }

    /// <inheritdoc/>
    public bool HadOtherOwner { get; private set; }

    /// <summary>
    /// Connects, checks that the server keeps what it commits, takes the queue for this relay and brings it to the newest schema.
    /// </summary>
    /// <exception cref="QueueStoreException">It cannot be used; says why.</exception>
    /// <exception cref="PostgresErrorException">It cannot be reached.</exception>
    public static PostgresWriterDatabase Open(PostgresStoreOptions options, MessageIdBlocks ids, QueueOwnership ownership)
    {
        var connection = new NpgsqlConnection(options.WriterConnection);
        var database = new PostgresWriterDatabase(options, ids, connection, ownership.Relay);
        try
        {
            return database.Bounded(() =>
            {
                connection.Open();
                ServerCheck.Durable(connection, options.Place);
                ownership.Take(connection);
                PostgresMigrations.Apply(connection, options.Place);
                database.HadOtherOwner = ownership.Enter(connection);
                database.BeginCounting();
                return database;
            });
        }
        catch (Exception e)
        {
            database.Dispose();
            if (e is NpgsqlException failure) throw new PostgresErrorException(failure, options.Place);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<WriteRequest> requests)
    {
        try
        {
            var stored = StoredReports(requests);
            foreach (var request in requests) _transaction.Take(request, stored.Contains);
#if MUTANT_ACK_BEFORE_COMMIT
            foreach (var request in requests.OfType<AddRequest>()) request.Committed();
#endif
            MayHaveCommitted = true;
            var (messages, idBlock) = Bounded(() => _transaction.Execute(_connection, _ids.NeedBlock));
            MayHaveCommitted = false;
            _transaction.Answer(requests);
            MessageCount = messages;
            if (idBlock is { } first) _ids.Add(first);
        }
        catch (NpgsqlException e)
        {
            if (PostgresErrorException.IsRefusal(e)) MayHaveCommitted = false;
            throw new PostgresErrorException(e, _options.Place);
        }
        catch (Exception e) when (e is not DatabaseErrorException && !_isLost && _connection.State != ConnectionState.Open)
        {
            throw new PostgresErrorException(new NpgsqlException("the connection is lost", e), _options.Place);
        }
        finally
        {
            if (!_isLost) _transaction.Clear();
        }
    }

    /// <inheritdoc/>
    public bool HasMessage(long messageId, string queueId) => Ask(command =>
    {
        command.CommandText = WriterTransaction.Sql("find_queue_id");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = messageId });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = queueId });
        return command.ExecuteScalar() is not null;
    });

    /// <inheritdoc/>
    public void RequireOwnership() => Ask(command =>
    {
        command.CommandText = WriterTransaction.Sql("require_owner");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = _relay });
        return command.ExecuteNonQuery();
    });

    /// <summary>Nothing: the server looks after itself.</summary>
    public void Maintain()
    {
    }

    /// <summary>Nothing helps but the administrator of the database: PostgreSQL frees no room before it vacuums.</summary>
    public void MakeRoom()
    {
    }

    /// <inheritdoc/>
    public void Abandon() => Dispose();

    public void Dispose()
    {
        if (!_isLost) _connection.Dispose();
    }

    private void BeginCounting()
    {
        using var begin = new NpgsqlCommand(WriterTransaction.Sql("begin_counting"), _connection);
        begin.ExecuteNonQuery();
        using var count = new NpgsqlCommand(WriterTransaction.Sql("count_messages"), _connection);
        MessageCount = (long)count.ExecuteScalar()!;
    }

    /// <summary>Which reports of records that are written for the second time the first time has stored.</summary>
    private HashSet<long> StoredReports(IReadOnlyList<WriteRequest> requests)
    {
        var stored = new HashSet<long>();
        var repeated = requests.OfType<RecordRequest>().Where(request => request.IsRepeated)
            .SelectMany(request => request.Record.Reports).Select(report => report.Envelope.Id).ToList();
        if (repeated.Count == 0) return stored;
        Ask(command =>
        {
            command.CommandText = WriterTransaction.Sql("find_messages");
            command.Parameters.Add(new NpgsqlParameter<List<long>> { TypedValue = repeated });
            using var rows = command.ExecuteReader();
            while (rows.Read()) stored.Add(rows.GetInt64(0));
            return true;
        });
        return stored;
    }

    private T Ask<T>(Func<NpgsqlCommand, T> ask)
    {
        try
        {
            return Bounded(() =>
            {
                using var command = _connection.CreateCommand();
                return ask(command);
            });
        }
        catch (NpgsqlException e)
        {
            throw new PostgresErrorException(e, _options.Place);
        }
    }

    /// <summary>
    /// Makes a call of the driver that must not hold the writer for ever. One that does not end in time is left to itself; should it ever end,
    /// its connection is closed then.
    /// </summary>
    private T Bounded<T>(Func<T> call)
    {
        var running = Task.Run(call);
        if (Task.WaitAny([running], _options.CallLimit) == 0) return running.GetAwaiter().GetResult();
        _isLost = true;
        _ = running.ContinueWith(_ => _connection.Dispose(), TaskScheduler.Default);
        throw new NpgsqlException("the server does not answer");
    }
}
