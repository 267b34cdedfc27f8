using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store.Sqlite;

namespace BulkRelay.EndToEnd.Store;

/// <summary>
/// Opens the database that a <see cref="StoreWriter"/> left behind and compares it with what the writer had said. The three lists are
/// empty unless the store has broken its promise.
/// </summary>
/// <param name="Lost">Said to be stored, not delivered, and not there.</param>
/// <param name="Damaged">There, but not as it was.</param>
/// <param name="Invented">Said to be certainly not stored, and there.</param>
/// <param name="Forgotten">Said to be recorded as delivered, and still there.</param>
/// <param name="Found">How many messages there are.</param>
internal sealed record StoreAudit(IReadOnlyList<long> Lost, IReadOnlyList<long> Damaged,
    IReadOnlyList<long> Invented, IReadOnlyList<long> Forgotten, int Found)
{
    public static async Task<StoreAudit> OfAsync(string file, StoreProcess writer)
    {
        var found = new HashSet<long>();
        var damaged = new List<long>();
        using var log = new MailLog(() => new MemoryStream(), "relay.test", TimeProvider.System);
        await using (var store = SqliteQueueStore.Open(new SqliteStoreOptions(file, log.For("bulkrelay", "audit"))))
        {
            await foreach (var message in store.ListAsync(Core.Queue.Steering.QueueFilter.All, default))
            {
                found.Add(message.Envelope.Id);
                if (!await IsIntactAsync(store, message.Envelope) || message.Recipients.Count != 1) damaged.Add(message.Envelope.Id);
            }
            (await store.CountAsync(default)).ShouldBe(found.Count, "the kept count is exact");
            (await store.ReadBacklogAsync(default)).Count.ShouldBe(found.Count > 0 ? 1 : 0);
        }
        CheckStructure(file);
        var deleting = writer.Said("deleting").ToHashSet();
        return new StoreAudit(
            [.. writer.Said("stored").Where(id => !found.Contains(id) && !deleting.Contains(id))],
            damaged,
            [.. writer.Said("unavailable").Concat(writer.Said("full")).Where(found.Contains)],
            [.. writer.Said("recorded").Where(found.Contains)],
            found.Count);
    }

    /// <summary>Fails the test if anything is not as it was said to be.</summary>
    public void ShouldBeSound(string because)
    {
        Lost.ShouldBeEmpty($"lost: {because}");
        Damaged.ShouldBeEmpty($"damaged: {because}");
        Invented.ShouldBeEmpty($"refused, yet there: {because}");
        Forgotten.ShouldBeEmpty($"recorded, yet there: {because}");
    }

    private static async Task<bool> IsIntactAsync(SqliteQueueStore store, MessageEnvelope envelope) =>
        await store.ReadContentAsync(envelope.Id, default) is { } content
            && content.ToArray().AsSpan().SequenceEqual(TestMail.Content(envelope.Id));

    private static void CheckStructure(string file)
    {
        using var database = SqliteDatabase.OpenWriter(file);
        database.Query("PRAGMA integrity_check").ShouldBe("ok");
        database.Query("SELECT count(*) FROM content WHERE id >> 20 NOT IN (SELECT id FROM message)")
            .ShouldBe("0", "no content without its message");
        database.Query("SELECT count(*) FROM recipient WHERE message NOT IN (SELECT id FROM message)")
            .ShouldBe("0", "no recipient without its message");
    }
}
