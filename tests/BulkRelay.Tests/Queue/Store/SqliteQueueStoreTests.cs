using System.Globalization;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Core.Queue.Store.Sqlite;
using BulkRelay.Tests.TestKit;
using static BulkRelay.Tests.Queue.Store.TestMessages;

namespace BulkRelay.Tests.Queue.Store;

public sealed class SqliteQueueStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestLog _log = new();
    private readonly string _file;

    public SqliteQueueStoreTests() => _file = Path.Combine(_folder.Path, "spool", "queue.db");

    [Fact]
    public async Task What_was_stored_is_there_after_a_restart()
    {
        MessageEnvelope envelope;
        long lastId;
        await using (var store = Open())
        {
            envelope = await store.AddOkAsync(store.To(Example, Noon));
            lastId = store.NextMessageId();
        }

        await using var again = Open();
        (await again.FindAsync(envelope.QueueId, default)).ShouldNotBeNull();
        (await again.CountAsync(default)).ShouldBe(1);
        again.NextMessageId().ShouldBeGreaterThan(lastId);
    }

    [Fact]
    public async Task Records_that_wait_are_written_when_the_store_closes()
    {
        MessageEnvelope envelope;
        await using (var store = Open())
        {
            envelope = await store.AddOkAsync(store.To(Example, Noon));
            store.Record(new DeliveryRecord(envelope.Id, [0], []) { FinishesMessage = true });
        }

        await using var again = Open();
        (await again.FindAsync(envelope.QueueId, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_second_process_is_refused_by_the_name_of_the_first()
    {
        await using var store = Open();
        Should.Throw<QueueStoreException>(Open).Message.ShouldContain($"in use by process {Environment.ProcessId}");
        (await store.AddAsync(store.To(Example, Noon), default)).ShouldBe(StoreResult.Stored);
    }

    [Fact]
    public async Task A_second_process_is_refused_whatever_name_leads_to_the_file()
    {
        await using var store = Open();
        var link = Path.Combine(_folder.Path, "elsewhere", "link.db");
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, _file);
        Should.Throw<QueueStoreException>(() => SqliteQueueStore.Open(new SqliteStoreOptions(link,
            _log.Service))).Message.ShouldContain("in use by process");
    }

    [Fact]
    public async Task Who_removes_the_lock_gets_the_queue_and_the_first_writes_nothing_until_it_is_free_again()
    {
        await using var first = Open();
        var changed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        first.OwnerChanged += () => changed.TrySetResult(first.IsHealthy);
        File.Delete(Path.Combine(Path.GetDirectoryName(_file)!, "queue.lock"));

        MessageEnvelope left;
        await using (var second = Open())
        {
            (await first.AddAsync(first.To(Example, Noon), default)).ShouldBe(StoreResult.Unavailable);
            await _log.WaitForAsync("cannot be reopened yet");
            left = await second.AddOkAsync(second.To(Example, Noon));
        }

        (await changed.Task.WaitAsync(TimeSpan.FromSeconds(30)))
            .ShouldBeFalse("nothing may start before it is known what the other one did");
        await _log.WaitForAsync("reopened and checked, 1 messages");
        (await first.FindAsync(left.QueueId, default)).ShouldNotBeNull();
        (await first.AddAsync(first.To(Example, Noon), default)).ShouldBe(StoreResult.Stored);
    }

    [Fact]
    public async Task Only_the_owner_may_look_into_the_queue()
    {
        await using var store = Open();
        await store.AddOkAsync(store.To(Example, Noon));

        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode others = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute; // They pass through it to the maildrop folder.
        File.GetUnixFileMode(Path.GetDirectoryName(_file)!).ShouldBe(owner | UnixFileMode.UserExecute | others);
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(_file)!)) File.GetUnixFileMode(file).ShouldBe(owner, file);
    }

    [Fact]
    public async Task A_queue_of_a_newer_version_is_refused_and_left_alone()
    {
        await using (Open()) { }
        using (var database = SqliteDatabase.OpenWriter(_file)) database.Execute("PRAGMA user_version = 99");

        Should.Throw<QueueStoreException>(Open).Message
            .ShouldContain($"schema 99, and this program knows schemas up to {Migrations.Newest}");
        await using var reader = SqliteQueueReader.Open(_file);
        await Should.ThrowAsync<QueueStoreException>(async () => await reader.CountAsync(default));
    }

    [Fact]
    public async Task A_reader_of_the_file_cannot_write_and_sees_what_a_crash_left_in_the_log()
    {
        await using var store = Open();
        var envelope = await store.AddOkAsync(store.To(Example, Noon));
        // The files as a crash at this moment leaves them: the message is in the log only.
        var crashed = Path.Combine(_folder.Path, "crashed.db");
        File.Copy(_file, crashed);
        File.Copy($"{_file}-wal", $"{crashed}-wal");

        await using (var reader = SqliteQueueReader.Open(crashed))
        {
            (await reader.FindAsync(envelope.QueueId, default)).ShouldNotBeNull();
            (await reader.ReadContentAsync(envelope.Id, default)).ShouldNotBeNull();
            (await reader.CountAsync(default)).ShouldBe(1);
        }

        new FileInfo($"{crashed}-wal").Length.ShouldBe(new FileInfo($"{_file}-wal").Length);
        using var database = SqliteDatabase.OpenReader(crashed);
        Should.Throw<SqliteErrorException>(() => database.Execute("DELETE FROM message"));
    }

    [Fact]
    public async Task A_damaged_database_is_out_of_service_until_it_is_sound_again()
    {
        MessageEnvelope kept;
        await using (var first = Open()) kept = await first.AddOkAsync(first.To(Example, Noon));
        await using var store = Open();
        var sound = File.ReadAllBytes(_file);
        var damaged = sound.ToArray();
        damaged.AsSpan(PageSize).Fill(0x55);

        Overwrite(damaged);
        await Should.ThrowAsync<QueueStoreException>(async () => await store.FindAsync(kept.QueueId, default));
        (await store.AddAsync(store.To(Example, Noon), default)).ShouldBe(StoreResult.Unavailable);
        store.IsHealthy.ShouldBeFalse();
        await _log.WaitForAsync("cannot be reopened yet");
        var record = store.RecordAsync(new DeliveryRecord(kept.Id, [0], []) { FinishesMessage = true });

        Overwrite(sound);
        (await record).ShouldBeTrue("results of deliveries are kept until they can be written");
        (await store.CountAsync(default)).ShouldBe(0);
        (await store.AddAsync(store.To(Example, Noon), default)).ShouldBe(StoreResult.Stored);
        store.IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public async Task A_closed_store_takes_no_mail()
    {
        var store = Open();
        await store.DisposeAsync();
        (await store.AddAsync(store.To(Example, Noon), default)).ShouldBe(StoreResult.Unavailable);
    }

    [Fact]
    public void Every_schema_leads_to_the_next()
    {
        var numbers = EmbeddedSql.Names("Sqlite.Migrations").Select(name => int.Parse(name.Split('.')[2][..3], CultureInfo.InvariantCulture));
        numbers.ShouldBe(Enumerable.Range(1, Migrations.Newest));
    }

    private const int PageSize = 8192;

    private void Overwrite(byte[] octets)
    {
        using var file = new FileStream(_file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Write(octets);
    }

    private SqliteQueueStore Open() => SqliteQueueStore.Open(new SqliteStoreOptions(_file, _log.Service)
    { ReopenDelay = TimeSpan.FromMilliseconds(20) });

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }
}
