using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Journal;
using BulkRelay.Core.Queue.Store.Sqlite;
using BulkRelay.Tests.TestKit;
using Microsoft.Data.Sqlite;

namespace BulkRelay.Tests.Queue.Journal;

/// <summary>What destinations know is there again after a restart, or after a crash; without it they begin anew, and no mail waits for it.</summary>
public sealed class JournalTests : IDisposable
{
    private const string Nothing = "what destinations learn is not kept";

    private readonly TemporaryFolder _folder = new();
    private readonly CountedJournal _journal;

    public JournalTests() => _journal = new CountedJournal(new SqliteJournal(Path.Combine(_folder.Path, "queue.db")));

    private string JournalFile => Path.Combine(_folder.Path, "queue-actors.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_dead_site_is_left_alone_after_a_restart_and_then_gets_one_probe()
    {
        await using var before = await StartWithDeadSiteAsync();
        var until = (await before.StatusAsync()).Destinations.Single().SuspendedUntil;
        await before.DisposeAsync();

        await using var queue = new QueueFixture(before).Start();
        queue.Smtp.Answer = DeadDestinationTests.Refuse;
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null));
        await queue.SubmitAsync("fresh@example.com");
        var status = await queue.UntilAsync(s => s.Destinations.Any(d => d is { Suspension: not null, Queued: 0, Unrecorded: 0 }));
        status.Destinations.Single().SuspendedUntil.ShouldBe(until);
        (await DeliveryTests.RecipientsAsync(queue)).ShouldAllBe(r => r.Attempts == 1, "what comes fresh is deferred with the reason that is known");
        await queue.SettleAsync();
        queue.Smtp.Order.ShouldBeEmpty();

        queue.Time.Advance(TimeSpan.FromSeconds(301));
        await queue.UntilAsync(s => !queue.Smtp.Order.IsEmpty && s.Destinations.Any(d => d is { Suspension: not null, InFlight: 0, Queued: 0 }), step: TimeSpan.FromMilliseconds(100));
        queue.Smtp.Order.Count.ShouldBe(1);
        queue.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        await queue.UntilEmptyAsync(step: TimeSpan.FromSeconds(1));
        queue.Smtp.Deliveries.Values.ShouldAllBe(n => n == 1);
    }

    [Fact]
    public async Task A_site_that_was_dead_and_answers_again_is_as_any_other_after_the_next_restart()
    {
        await using var before = await StartWithDeadSiteAsync();
        before.Smtp.Answer = (request, _) => Task.FromResult(FakeTransport.Delivered(request));
        before.Time.Advance(TimeSpan.FromSeconds(301));
        await before.UntilEmptyAsync(step: TimeSpan.FromSeconds(1));
        await SettleAsync(before);
        (await StatusAsync(before)).Destinations.ShouldBe(0);
        await before.DisposeAsync();

        await using var queue = new QueueFixture(before).Start();
        await queue.SubmitAsync("a@example.com");
        await queue.UntilEmptyAsync();
    }

    [Fact]
    public async Task A_window_that_has_grown_stays_as_wide()
    {
        await using var before = new QueueFixture(("initial_destination_concurrency", "2")) { Journal = _journal }.Start();
        before.Smtp.Answer = async (request, _) =>
        {
            await Task.Yield();
            return FakeTransport.Delivered(request);
        };
        for (var i = 0; i < 200; i++) await before.SubmitAsync($"u{i}@example.com");
        var status = await before.UntilAsync(s => s.Destinations.Any(d => d.Window >= 8));
        await SettleAsync(before);
        await before.DisposeAsync();

        await using var queue = new QueueFixture(before).Start();
        queue.Smtp.Answer = (_, cancel) => new TaskCompletionSource<DeliveryOutcome>().Task.WaitAsync(cancel);
        for (var i = 0; i < 50; i++) await queue.SubmitAsync($"v{i}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.InFlight >= 8));
    }

    [Theory]
    [InlineData("60s", 60)]
    [InlineData("2s", 2)]
    public async Task The_pause_between_two_deliveries_holds_over_a_crash(string delay, int seconds)
    {
        await using var before = new QueueFixture(("smtp_destination_rate_delay", delay)) { Journal = _journal }.Start();
        await before.SubmitAsync("a@example.com");
        await before.SubmitAsync("b@example.com");
        await before.UntilAsync(_ => before.Smtp.Deliveries.Count == 1);
        await SettleAsync(before);
        await before.DisposeAsync();

        await using var queue = new QueueFixture(before).Start();
        queue.Time.Advance(TimeSpan.FromSeconds(1));
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Queued == 1));
        queue.Smtp.Order.ShouldBeEmpty();
        await queue.UntilEmptyAsync(step: TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task A_healthy_destination_writes_nothing()
    {
        await using var queue = new QueueFixture { Journal = _journal }.Start();
        for (var i = 0; i < 500; i++) await queue.SubmitAsync($"u@d{i % 100}.example");
        await queue.UntilEmptyAsync();
        await SettleAsync(queue);
        File.Exists(JournalFile).ShouldBeFalse("the journal is made when there is something to write");
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("empty")]
    [InlineData("text")]
    [InlineData("a page lost")]
    [InlineData("a directory")]
    public async Task Without_what_it_knew_a_destination_begins_anew_and_mail_goes(string fault)
    {
        await using var before = await StartWithDeadSiteAsync();
        await before.DisposeAsync();
        SqliteConnection.ClearAllPools();
        Damage(fault);

        await using var queue = new QueueFixture(before).Start();
        await queue.SubmitAsync("a@example.com");
        await queue.UntilAsync(_ => queue.Smtp.Deliveries.Count == 1);
        queue.Smtp.Answer = DeadDestinationTests.Refuse;
        for (var i = 0; i < 10; i++) await queue.SubmitAsync($"u{i}@other.example");
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null));
        await SettleAsync(queue);
        ((await StatusAsync(queue)).Fault is null).ShouldBe(fault != "a directory");
        if (fault is "text" or "a page lost")
        {
            File.Exists(JournalFile + ".damaged").ShouldBeTrue();
            queue.ReadLog().ShouldContain($"what destinations knew was damaged, they begin with initial windows");
        }
        if (fault == "a directory") queue.ReadLog().ShouldContain(Nothing);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_passed_over()
    {
        await using var before = await StartWithDeadSiteAsync();
        await before.DisposeAsync();
        Execute("INSERT INTO journal (created, deleted, persistence_id, sequence_number, message, manifest, identifier) "
            + "SELECT created, 0, persistence_id, max(sequence_number) + 1, x'ff00', 'L9', 1700 FROM journal");

        await using var queue = new QueueFixture(before).Start();
        await queue.UntilAsync(s => s.Destinations.Any(d => d.Suspension is not null));
        queue.ReadLog().ShouldContain("1 events cannot be read and are passed over, the last one is 'L9' is no kind that this version knows");
    }

    [Fact]
    public async Task While_the_journal_is_away_destinations_work_from_memory_and_tell_it_when_it_is_back()
    {
        await using var queue = await StartWithDeadSiteAsync();
        // As a disk that is full or gone, a journal without its tables takes nothing.
        Execute("DROP TABLE journal");
        queue.Relay.Answer = DeadDestinationTests.Refuse;
        queue.Route = (_, _, _, _) => ValueTask.FromResult(new BulkRelay.Core.Queue.Routing.Route(new DestinationKey("relay", "other.example")));
        for (var i = 0; i < 10; i++) await queue.SubmitAsync($"u{i}@other.example");
        await queue.UntilAsync(s => s.Destinations.Count(d => d.Suspension is not null) == 2);
        await UntilAsync(queue, status => status.Fault is not null);
        var starts = _journal.Starts;
        while (_journal.Starts == starts)
        {
            queue.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        // No more time may pass while it reads: it would be for too long.
        await UntilAsync(queue, status => status is { Fault: null, Destinations: 2 });
        var log = queue.ReadLog();
        log.Split(Nothing).Length.ShouldBe(2, "said once");
        log.ShouldContain("what destinations learn is kept again");
    }

    [Fact]
    public async Task Old_events_are_deleted_once_a_snapshot_holds_what_they_said()
    {
        await using var queue = new QueueFixture(("initial_destination_concurrency", "1")) { Journal = _journal }.Start();
        queue.Smtp.Answer = DeadDestinationTests.Refuse;
        for (var i = 0; i < 1_100; i++) await queue.SubmitAsync($"u@d{i}.example");
        await queue.UntilAsync(s => s.Destinations.Count(d => d.Suspension is not null) == 1_100);
        await SettleAsync(queue);
        for (var left = 2_000L; left > 200;) left = Count("SELECT count(*) FROM journal WHERE deleted = 0");
        Count("SELECT count(*) FROM snapshot").ShouldBe(1);
        (await StatusAsync(queue)).Destinations.ShouldBe(1_100);
    }

    private async Task<QueueFixture> StartWithDeadSiteAsync()
    {
        var queue = new QueueFixture { Journal = _journal }.Start();
        queue.Smtp.Answer = DeadDestinationTests.Refuse;
        for (var i = 0; i < 10; i++) await queue.SubmitAsync($"u{i}@example.com");
        await queue.UntilAsync(s => s.Destinations.Any(d => d is { Suspension: not null, InFlight: 0, Queued: 0, Unrecorded: 0 }));
        await SettleAsync(queue);
        return queue;
    }

    private void Damage(string fault)
    {
        switch (fault)
        {
            case "deleted": File.Delete(JournalFile); break;
            case "empty": File.WriteAllBytes(JournalFile, []); break;
            case "text": File.WriteAllText(JournalFile, "no database\n"); break;
            case "a page lost":
                var octets = File.ReadAllBytes(JournalFile);
                octets.AsSpan(4096, 4096).Fill(0xa5);
                File.WriteAllBytes(JournalFile, octets);
                break;
            case "a directory":
                File.Delete(JournalFile);
                Directory.CreateDirectory(JournalFile);
                break;
        }
        if (fault == "deleted") return;
        foreach (var end in new[] { "-wal", "-shm" }) File.Delete(JournalFile + end);
    }

    private static Task<JournalSettled> SettleAsync(QueueFixture queue) =>
        queue.Queue.Ask<JournalSettled>(SettleJournal.Instance).WaitAsync(TestProbe.Patience);

    private static Task<JournalStatus> StatusAsync(QueueFixture queue) =>
        queue.Queue.Ask<JournalStatus>(GetJournalStatus.Instance).WaitAsync(TestProbe.Patience);

    private static async Task UntilAsync(QueueFixture queue, Func<JournalStatus, bool> condition)
    {
        var giveUp = DateTime.UtcNow + TestProbe.Patience;
        for (var status = await StatusAsync(queue); !condition(status); status = await StatusAsync(queue))
            if (DateTime.UtcNow > giveUp) throw new TimeoutException($"{status}; log:\n{queue.ReadLog()}");
    }

    private void Execute(string sql) => Count(sql);

    private long Count(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={JournalFile}");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }

    /// <summary>A journal that counts how often its actor has started.</summary>
    private sealed class CountedJournal(IJournalDatabase database) : IJournalDatabase
    {
        private volatile int _starts;

        public int Starts => _starts;

        public string Place => database.Place;

        public string Provider => database.Provider;

        public string ConnectionString => database.ConnectionString;

        public string Schema => database.Schema;

        public bool Exists() => database.Exists();

        public string? Prepare()
        {
            Interlocked.Increment(ref _starts);
            return database.Prepare();
        }

        public long? Octets() => database.Octets();
    }
}
