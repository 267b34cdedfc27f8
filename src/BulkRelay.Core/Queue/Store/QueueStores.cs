using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Store.Postgres;
using BulkRelay.Core.Queue.Store.Sqlite;

namespace BulkRelay.Core.Queue.Store;

/// <summary>The kinds of queue stores: one row each.</summary>
public static class QueueStores
{
    private static readonly IReadOnlyList<QueueStoreDriver> Drivers =
    [
        new("sqlite",
            (location, config, log) => SqliteQueueStore.Open(new SqliteStoreOptions(FullPath(location, config), log)),
            (location, config) => SqliteQueueReader.Open(FullPath(location, config))),
        Postgres("postgres"),
        Postgres("postgresql"),
    ];

    /// <summary>Opens the store that <c>queue_store</c> names, for this process alone.</summary>
    /// <exception cref="QueueStoreException">It cannot be used; the message says why and what to do.</exception>
    public static IQueueStore Open(ConfigSnapshot config, ServiceLog log)
    {
        var location = config.Get(StoreParameters.QueueStore);
        return Find(location).Open(location, config, log);
    }

    /// <summary>Opens the same store for reading only, while the relay is down.</summary>
    /// <exception cref="QueueStoreException">It cannot be used; the message says why and what to do.</exception>
    public static IQueueReader OpenReader(ConfigSnapshot config)
    {
        var location = config.Get(StoreParameters.QueueStore);
        return Find(location).OpenReader(location, config);
    }

    private static QueueStoreDriver Find(StoreLocation location) => Drivers.FirstOrDefault(driver => driver.Kind == location.Kind)
        ?? throw new QueueStoreException($"queue_store = {location}: there is no such kind of store; use sqlite:FILE or postgres:DATABASE");

    private static QueueStoreDriver Postgres(string kind) => new(kind,
        (location, config, log) => PostgresQueueStore.Open(Database(location, config), log),
        (location, config) => PostgresQueueReader.Open(Database(location, config)));

    private static PostgresStoreOptions Database(StoreLocation location, ConfigSnapshot config) =>
        new(ConnectionText.Parse(location.Place, config.ConfigDirectory));

    private static string FullPath(StoreLocation location, ConfigSnapshot config) =>
        Path.GetFullPath(location.Place, config.ConfigDirectory);
}
