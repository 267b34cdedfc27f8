using System.Globalization;
using BulkRelay.EndToEnd.Faults;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Store;

/// <summary>Disks that fail or are full: what was answered stays true, and the store comes back.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private const int Messages = 20;

    private readonly TempFolder _folder = new();

    /// <summary>
    /// The data of a sync that failed is still in the kernel's memory and the next sync reports success: whoever just goes on
    /// loses it with the next power cut.
    /// </summary>
    [Fact]
    public async Task After_any_failed_sync_the_store_reopens_itself_and_its_answers_hold()
    {
        var reopened = 0;
        // SQLite ignores a failed sync of the folder; past the last sync of a run nothing fails either, and that is the end.
        for (var (n, failed) = (1, true); failed || reopened == 0; n++)
        {
            var file = _folder.File($"{n}/queue.db");
            var faults = await FaultLibrary.WithAsync(("EIO_FROM_SYNC", n.ToString(CultureInfo.InvariantCulture)), ("FILE", "queue.db"));
            using var writer = new StoreProcess(file, Messages, adders: 2, faults);
            var status = await writer.FinishAsync();
            (await StoreAudit.OfAsync(file, writer)).ShouldBeSound($"sync {n} failed, status {status}: {writer.Log}");
            if (status == 0) writer.Said("stored").Count.ShouldBeGreaterThanOrEqualTo(Messages, "it goes on to its goal");
            else writer.Said("stored").ShouldBeEmpty($"it ends only if the failure meets the opening: {writer.Log}");
            failed = writer.Log.Length > 0;
            if (writer.Log.Contains("reopened and checked", StringComparison.Ordinal)) reopened++;
        }
        reopened.ShouldBeGreaterThan(Messages / 2);
    }

    [Fact]
    public async Task While_no_sync_succeeds_nothing_is_acknowledged()
    {
        var file = _folder.File("queue.db");
        var faults = await FaultLibrary.WithAsync(("EIO_FROM_SYNC", "15"), ("EIO_COUNT", "1000000"), ("FILE", "queue.db"));
        using var writer = new StoreProcess(file, 1_000_000, adders: 4, faults);

        await writer.HearLogAsync("cannot be reopened yet", times: 2);
        var acknowledged = writer.Said("stored").Count;
        await writer.HearLogAsync("cannot be reopened yet", times: 5);

        acknowledged.ShouldBeGreaterThan(0);
        writer.Said("stored").Count.ShouldBe(acknowledged);
        await writer.KillAsync();
        (await StoreAudit.OfAsync(file, writer)).ShouldBeSound(writer.Log);
    }

    [Fact]
    public async Task A_full_disk_refuses_mail_and_keeps_results_until_there_is_room()
    {
        var file = _folder.File("queue.db");
        var sign = _folder.File("full");
        await File.WriteAllTextAsync(sign, "");
        var faults = await FaultLibrary.WithAsync(("ENOSPC_AFTER", "600000"), ("ENOSPC_WHILE", sign), ("FILE", "queue.db"));
        using var writer = new StoreProcess(file, 100, adders: 4, faults);

        await writer.HearAsync("full", times: 10);
        var stored = writer.Said("stored").Count;
        File.Delete(sign);

        (await writer.FinishAsync()).ShouldBe(0, writer.Log);
        stored.ShouldBeInRange(1, 99);
        writer.Said("stored").Count.ShouldBeGreaterThanOrEqualTo(100);
        writer.Said("unavailable").ShouldBeEmpty("a full disk is no reason to close the store");
        writer.Said("recorded").ShouldBe(writer.Said("deleting"), ignoreOrder: true);
        (await StoreAudit.OfAsync(file, writer)).ShouldBeSound(writer.Log);
    }

    public void Dispose() => _folder.Dispose();
}
