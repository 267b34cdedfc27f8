using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Journal;
using BulkRelay.Core.Queue.Store.Postgres;
using BulkRelay.Core.Queue.Store.Sqlite;

namespace BulkRelay.Core.Queue.Store;

/// <summary>The kinds of queue stores: one row each.</summary>
public static class QueueStores
{
    private static readonly IReadOnlyList<QueueStoreDriver> Drivers =
    [
        new("sqlite",
            (_, _) => { },
            (location, config, log) => SqliteQueueStore.Open(new SqliteStoreOptions(FullPath(location, config), log)),
            (location, config) => SqliteQueueReader.Open(FullPath(location, config)),
            (location, config) => new SqliteJournal(FullPath(location, config))),
        Postgres("postgres"),
        Postgres("postgresql"),
    ];

    /// <summary>What is wrong with <c>queue_store</c>, as far as that shows without opening it; null if nothing is.</summary>
    public static ConfigFault? Check(ConfigSnapshot config)
    {
        try
        {
            var location = config.Get(StoreParameters.QueueStore);
            Find(location).Check(location, config);
            return null;
        }
        catch (FormatException e)
        {
            return new ConfigFault(FaultSeverity.Error, "", 0, StoreParameters.QueueStore.Name, e.Message);
        }
    }

    /// <summary>Opens the store that <c>queue_store</c> names, for this process alone.</summary>
    /// <exception cref="QueueStoreException">It cannot be used; the message says why and what to do.</exception>
    public static IQueueStore Open(ConfigSnapshot config, ServiceLog log) =>
        Understood(config, (driver, location) => driver.Open(location, config, log));

    /// <summary>Opens the same store for reading only, while the relay is down.</summary>
    /// <exception cref="QueueStoreException">It cannot be used; the message says why and what to do.</exception>
    public static IQueueReader OpenReader(ConfigSnapshot config) => Understood(config, (driver, location) => driver.OpenReader(location, config));

    /// <summary>Where the actors of the relay keep what they know. Opens nothing.</summary>
    internal static IJournalDatabase Journal(ConfigSnapshot config) => Understood(config, (driver, location) => driver.Journal(location, config));

    /// <summary>The folder that the store is in; null if it is on a server.</summary>
    public static string? FolderOf(ConfigSnapshot config) => Path.GetDirectoryName(FileOf(config));

    /// <summary>The file that the store is in; null if it is on a server.</summary>
    internal static string? FileOf(ConfigSnapshot config)
    {
        var location = config.Get(StoreParameters.QueueStore);
        return location.Kind == "sqlite" ? FullPath(location, config) : null;
    }

    private static T Understood<T>(ConfigSnapshot config, Func<QueueStoreDriver, StoreLocation, T> open)
    {
        try
        {
            var location = config.Get(StoreParameters.QueueStore);
            return open(Find(location), location);
        }
        catch (FormatException e)
        {
            throw new QueueStoreException($"{StoreParameters.QueueStore.Name}: {e.Message}");
        }
    }

    private static QueueStoreDriver Find(StoreLocation location) => Drivers.FirstOrDefault(driver => driver.Kind == location.Kind)
        ?? throw new FormatException($"{location}: there is no such kind of store; use sqlite:FILE or postgres:DATABASE");

    private static QueueStoreDriver Postgres(string kind) => new(kind,
        (location, config) => Database(location, config),
        (location, config, log) => PostgresQueueStore.Open(Database(location, config), log),
        (location, config) => PostgresQueueReader.Open(Database(location, config)),
        (location, config) => new PostgresJournal(Database(location, config)));

    private static PostgresStoreOptions Database(StoreLocation location, ConfigSnapshot config) =>
        new(ConnectionText.Parse(location.Place, config.ConfigDirectory));

    private static string FullPath(StoreLocation location, ConfigSnapshot config) =>
        Path.GetFullPath(location.Place, config.ConfigDirectory);
}
