using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
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
        ?? throw new QueueStoreException($"queue_store = {location.Kind}:{location.Place}: "
            + (location.Kind == "postgres" ? "PostgreSQL is not available yet" : "there is no such kind of store") + "; use sqlite:FILE");

    private static string FullPath(StoreLocation location, ConfigSnapshot config) =>
        Path.GetFullPath(location.Place, config.ConfigDirectory);
}
