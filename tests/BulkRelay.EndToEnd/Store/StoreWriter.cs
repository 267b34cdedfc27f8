using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Core.Queue.Store.Sqlite;

namespace BulkRelay.EndToEnd.Store;

/// <summary>
/// A program that does nothing but store messages, and says on its output what it was answered, a line each as soon as it knows:
/// <c>stored ID</c>, <c>full ID</c>, <c>unavailable ID</c>, <c>unknown ID</c> (the store could not tell), <c>deleting ID</c> before a
/// record is handed in, <c>recorded ID</c> when it is written. Ends, with <c>goal</c>, when so many are stored and its input is closed.
/// </summary>
internal static class StoreWriter
{
    private static readonly DestinationKey Destination = new("smtp", "example.com");

    /// <summary>After an answer other than "stored" the next try waits a little, as a client would.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(string file, int goal, int adders)
    {
        using var log = new MailLog(Console.OpenStandardError, "relay.test", TimeProvider.System);
        try
        {
            await using var store = SqliteQueueStore.Open(new SqliteStoreOptions(file, log.For("bulkrelay", "store"))
            { ReopenDelay = Pause });
            await WriteAsync(store, goal, adders);
            return 0;
        }
        catch (QueueStoreException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static async Task WriteAsync(SqliteQueueStore store, int goal, int adders)
    {
        var stored = 0;
        var ended = Task.Run(Console.In.ReadToEnd);
        await Task.WhenAll(Enumerable.Range(0, adders).Select(_ => Task.Run(async () =>
        {
            while (!ended.IsCompleted && Volatile.Read(ref stored) < goal)
                if (await AddAsync(store)) Interlocked.Increment(ref stored);
                else await Task.WhenAny(Task.Delay(Pause), ended);
        })));
        Say("goal", stored);
        await ended;
    }

    private static async Task<bool> AddAsync(SqliteQueueStore store)
    {
        var message = TestMail.Make(store.NextMessageId(), Destination);
        var id = message.Envelope.Id;
        try
        {
            var answer = await store.AddAsync(message, default);
            Say(answer switch { StoreResult.Stored => "stored", StoreResult.Full => "full", _ => "unavailable" }, id);
            if (answer != StoreResult.Stored) return false;
        }
        catch (InvalidOperationException)
        {
            Say("unknown", id);
            return false;
        }
        if (TestMail.IsDelivered(id)) Record(store, id);
        return true;
    }

    private static void Record(SqliteQueueStore store, long id)
    {
        Say("deleting", id);
        store.Record(new DeliveryRecord(id, [0], []) { FinishesMessage = true, Recorded = (_, _) => Say("recorded", id) });
    }

    private static void Say(string what, long id)
    {
        lock (Console.Out) Console.Out.WriteLine($"{what} {id}");
    }
}
