using Npgsql;

namespace BulkRelay.Core.Queue.Store.Postgres;

/// <summary>What a <see cref="PostgresQueueStore"/> has to know.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>
    /// What every connection is told. The schema of the queue is the only one it looks into, so that nobody's tables are mistaken for its
    /// own. The plans of a queue must not depend on statistics, which are never up to date for it: the index is always right.
    /// </summary>
    private const string Session = "-c search_path=bulkrelay -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c jit=off "
        + "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    /// <param name="connection">Where the database is and how to sign in (see <see cref="ConnectionText"/>).</param>
    public PostgresStoreOptions(NpgsqlConnectionStringBuilder connection)
    {
        _connection = connection;
        Place = Describe(connection);
    }

    private readonly NpgsqlConnectionStringBuilder _connection;

    /// <summary>How many connections read.</summary>
    internal const int Readers = 4;

    /// <summary>The database as messages name it, without a password.</summary>
    public string Place { get; }

    /// <summary>The pause after a first vain attempt to connect again; it doubles with each further one, up to five seconds.</summary>
    public TimeSpan ReopenDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often results of deliveries are tried again that a full disk did not take.</summary>
    public TimeSpan FullRetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a client waits for the answer to a commit whose reply was lost, while the server cannot be reached.</summary>
    public TimeSpan UnclearPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the server may take for a transaction or a read before it is taken to hang.</summary>
    public TimeSpan ReplyPatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long another relay is given to leave the queue before this one gives up.</summary>
    public TimeSpan OwnerPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the writer's connection may be idle before the server is asked whether the queue is still this relay's.</summary>
    public TimeSpan IdleCheck { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock by which the age of that answer is told.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// How long any call of the driver may take: its own limits, one for the reply, others for what it does after that (it connects once more to
    /// ask the server to stop, by two ways of encryption). Beyond this it has lost itself, which it does when a server hangs while it connects.
    /// </summary>
    internal TimeSpan CallLimit => ReplyPatience + 3 * TimeSpan.FromSeconds(_connection.Timeout);

    internal string Database => _connection.Database!;

    internal string WriterConnection => With(writer => writer.Pooling = false);

    internal string ReaderConnection => With(reader => reader.MaxPoolSize = Readers);

    /// <summary>For the journal of the actors: two at most, which set nothing of their own.</summary>
    internal string JournalConnection => new NpgsqlConnectionStringBuilder(_connection.ConnectionString)
    {
        CommandTimeout = (int)Math.Ceiling(ReplyPatience.TotalSeconds),
        MaxPoolSize = 2,
    }.ConnectionString;

    private static string Describe(NpgsqlConnectionStringBuilder connection) =>
        $"database {connection.Database} at {connection.Host}" + (connection.Host?.StartsWith('/') == true ? "" : $":{connection.Port}");

    private string With(Action<NpgsqlConnectionStringBuilder> set)
    {
        var builder = new NpgsqlConnectionStringBuilder(_connection.ConnectionString)
        {
            Options = $"{Session} {_connection.Options}".TrimEnd(),
            CommandTimeout = (int)Math.Ceiling(ReplyPatience.TotalSeconds),
            NoResetOnClose = true,
            MaxAutoPrepare = 40,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = false,
        };
        set(builder);
        return builder.ConnectionString;
    }
}
