using System.Globalization;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store.Sqlite;

namespace BulkRelay.LoadTests;

/// <summary><c>store [MESSAGES] [ADDERS] [OCTETS]</c>: how fast messages go into the store and out again.</summary>
internal static class StoreThroughput
{
    public static async Task RunAsync(string[] arguments)
    {
        int Argument(int at, int otherwise) => arguments.Length > at ? int.Parse(arguments[at], CultureInfo.InvariantCulture) : otherwise;
        var (messages, adders, size) = (Argument(0, 100_000), Argument(1, 20), Argument(2, 4096));
        var folder = Directory.CreateTempSubdirectory("bulkrelay-load-");
        using var log = new MailLog(Console.OpenStandardError, "load.test", TimeProvider.System);
        await using (var store =
            SqliteQueueStore.Open(new SqliteStoreOptions(Path.Combine(folder.FullName, "queue.db"), log.For("bulkrelay", "load"))))
        {
            var destination = new DestinationKey("smtp", "example.com");
            await StoreLoad.RunAsync(store, messages / 10, adders, size, destination, deliver: true);
            var figures = await StoreLoad.RunAsync(store, messages, adders, size, destination, deliver: true);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"store {messages} x {size} octets, {adders} adders: {figures.PerSecond:0}/s, "
                + $"per message {figures.CpuMicroseconds:0.0} us CPU, {figures.AllocatedBytes:0} octets allocated"));
        }
        folder.Delete(recursive: true);
    }
}
