using System.Diagnostics;
using System.Globalization;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store.Sqlite;

namespace BulkRelay.LoadTests;

/// <summary>
/// <c>store-backlog [QUEUED]</c>: the store with many 4 KB messages queued for one dead destination: time to open it, to read what
/// there is and the first due mail, and the rate of fresh mail to another destination beside the rate with an empty queue.
/// </summary>
internal static class StoreBacklog
{
    private static readonly DestinationKey Dead = new("smtp", "dead.example.com");
    private static readonly DestinationKey Alive = new("smtp", "example.com");

    public static async Task RunAsync(string[] arguments)
    {
        var queued = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        var folder = Directory.CreateTempSubdirectory("bulkrelay-load-");
        using var log = new MailLog(Console.OpenStandardError, "load.test", TimeProvider.System);
        var options = new SqliteStoreOptions(Path.Combine(folder.FullName, "queue.db"), log.For("bulkrelay", "load"));

        StoreLoad.Figures empty;
        await using (var store = SqliteQueueStore.Open(options))
        {
            await StoreLoad.RunAsync(store, 10_000, 20, 4096, Alive, deliver: true);
            empty = await StoreLoad.RunAsync(store, 50_000, 20, 4096, Alive, deliver: true);
            var filled = await StoreLoad.RunAsync(store, queued, 200, 4096, Dead, deliver: false);
            Say($"filled with {queued} at {filled.PerSecond:0}/s, {Megabytes(new FileInfo(options.File).Length)}");
        }

        var clock = Stopwatch.StartNew();
        await using (var store = SqliteQueueStore.Open(options))
        {
            Say($"opened after {clock.ElapsedMilliseconds} ms");
            var backlog = await store.ReadBacklogAsync(default);
            Say($"backlog of {backlog.Count} destination and count {await store.CountAsync(default)} after {clock.ElapsedMilliseconds} ms");
            var due = await store.ReadDueAsync(Dead, TimeProvider.System.GetUtcNow(), 1000, 0, default);
            Say($"first {due.Count} due after {clock.ElapsedMilliseconds} ms");
            await StoreLoad.RunAsync(store, 10_000, 20, 4096, Alive, deliver: true);
            await StoreThroughput.CompareAsync(store);
            var beside = await StoreLoad.RunAsync(store, 50_000, 20, 4096, Alive, deliver: true);
            Say($"fresh mail, empty queue: {empty.PerSecond:0}/s, {empty.CpuMicroseconds:0.0} us CPU per message");
            Say($"fresh mail beside the backlog: {beside.PerSecond:0}/s, {beside.CpuMicroseconds:0.0} us CPU per message");
            Say($"that is {beside.PerSecond / empty.PerSecond:P0}");
            Say($"resident memory {Megabytes(Environment.WorkingSet)}, at most {Megabytes(Process.GetCurrentProcess().PeakWorkingSet64)}");
        }
        folder.Delete(recursive: true);
    }

    private static string Megabytes(long octets) => string.Create(CultureInfo.InvariantCulture, $"{octets / 1_000_000} MB");

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
