using System.Globalization;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Core.Queue.Store.Postgres;
using BulkRelay.Core.Queue.Store.Sqlite;
using BulkRelay.Tests.Postgres;

namespace BulkRelay.LoadTests;

/// <summary>
/// <c>store [MESSAGES] [ADDERS] [OCTETS]</c>: how fast messages go into each store and out again, one after the other in the same run.
/// PostgreSQL is a server of the run's own on this machine; its processor time is told apart from the program's.
/// </summary>
internal static class StoreThroughput
{
    private const int Compared = 1000;
    private static readonly DestinationKey Destination = new("smtp", "example.com");

    /// <summary>What is read back is what was stored, or the run has failed.</summary>
    internal static async Task CompareAsync(IQueueStore store)
    {
        var changed = await StoreLoad.ChangedAsync(store, Destination, Compared);
        Console.WriteLine($"  changed {changed} of {Compared} that were stored and read back");
        if (changed > 0) throw new InvalidOperationException("what was stored is not what is read");
    }

    public static async Task RunAsync(string[] arguments)
    {
        int Argument(int at, int otherwise) => arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : otherwise;
        var (messages, adders, size) = (Argument(0, 100_000), Argument(1, 20), Argument(2, 4096));
        using var log = new MailLog(Console.OpenStandardError, "load.test", TimeProvider.System);

        var folder = Directory.CreateTempSubdirectory("bulkrelay-load-");
        await using (var store = SqliteQueueStore.Open(new SqliteStoreOptions(Path.Combine(folder.FullName, "queue.db"), log.For("bulkrelay", "load"))))
        {
            Say("SQLite", await MeasureAsync(store));
            await CompareAsync(store);
        }
        folder.Delete(recursive: true);

        await using var server = await PostgresServer.StartAsync();
        var options = new PostgresStoreOptions(ConnectionText.Parse(await server.NewDatabaseAsync(), "/"));
        await using (var store = PostgresQueueStore.Open(options, log.For("bulkrelay", "load")))
        {
            var before = server.ProcessorTime();
            Say("PostgreSQL", await MeasureAsync(store));
            // The run that warms up is a tenth of the one that counts.
            var perMessage = (server.ProcessorTime() - before).TotalMicroseconds / (messages * 1.1);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  and {perMessage:0.0} us in the server"));
            await CompareAsync(store);
        }

        async Task<StoreLoad.Figures> MeasureAsync(IQueueStore store)
        {
            await StoreLoad.RunAsync(store, messages / 10, adders, size, Destination, deliver: true);
            return await StoreLoad.RunAsync(store, messages, adders, size, Destination, deliver: true);
        }

        void Say(string name, StoreLoad.Figures figures) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {messages} x {size} octets, {adders} adders: {figures.PerSecond:0}/s, "
            + $"per message {figures.CpuMicroseconds:0.0} us CPU, {figures.AllocatedBytes:0} octets allocated"));
    }
}
