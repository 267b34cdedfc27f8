using System.Globalization;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Core.Queue.Store.Postgres;
using BulkRelay.Tests.Postgres;
using BulkRelay.Tests.TestKit;
using Npgsql;
using static BulkRelay.Tests.Queue.Store.TestMessages;

namespace BulkRelay.Tests.Queue.Store;

public sealed class PostgresQueueStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TestLog _log = new();
    private readonly TemporaryFolder _folder = new();
    private PostgresServer _server = null!;
    private string _place = "";

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _place = await _server.NewDatabaseAsync();
    }

    [Fact]
    public async Task What_was_stored_is_there_after_a_restart_and_ids_go_on()
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
    public async Task A_second_relay_is_refused_by_the_name_of_the_first()
    {
        await using var store = Open();
        Should.Throw<QueueStoreException>(() => Open()).Message.ShouldMatch($"in use by another relay \\(bulkrelay on .*, process {Environment.ProcessId}, at 127.0.0.1");
        (await store.AddAsync(store.To(Example, Noon), default)).ShouldBe(StoreResult.Stored);
    }

    [Fact]
    public async Task Of_relays_that_start_at_once_on_an_empty_database_one_gets_it()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            try
            {
                return Open();
            }
            catch (QueueStoreException)
            {
                return null;
            }
        })));

        await using var store = starts.OfType<PostgresQueueStore>().ShouldHaveSingleItem();
        await store.AddOkAsync(store.To(Example, Noon));
    }

    [Fact]
    public async Task A_queue_of_a_newer_version_is_refused_and_left_alone()
    {
        await using (Open()) { }
        await ExecuteAsync("INSERT INTO bulkrelay.schema_version VALUES (99)");

        var newer = $"schema 99, and this program knows schemas up to {PostgresMigrations.Newest}";
        Should.Throw<QueueStoreException>(() => Open()).Message.ShouldContain(newer);
        Should.Throw<QueueStoreException>(() => PostgresQueueReader.Open(Options())).Message.ShouldContain(newer);
    }

    [Fact]
    public async Task A_command_reads_beside_the_relay_and_finds_no_queue_where_none_is()
    {
        Should.Throw<QueueStoreException>(() => PostgresQueueReader.Open(Options())).Message.ShouldContain("holds no queue");
        await using var store = Open();
        var envelope = await store.AddOkAsync(store.To(Example, Noon));

        await using var reader = PostgresQueueReader.Open(Options());
        (await reader.FindAsync(envelope.QueueId, default)).ShouldNotBeNull();
        (await reader.CountAsync(default)).ShouldBe(1);
    }

    [Fact]
    public async Task A_connection_that_is_cut_while_the_store_is_idle_is_noticed_and_replaced()
    {
        await using var store = Open();
        var envelope = await store.AddOkAsync(store.To(Example, Noon));

        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()");
        await _log.WaitForAsync("reopened and checked, 1 messages");

        (await store.FindAsync(envelope.QueueId, default)).ShouldNotBeNull("a reader's connection was cut too");
        (await store.AddAsync(store.To(Example, Noon), default)).ShouldBe(StoreResult.Stored);
        store.IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_that_is_cut_without_another_owner_between_changes_nothing()
    {
        await using var store = Open();
        var changes = 0;
        store.OwnerChanged += () => changes++;
        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()");
        await _log.WaitForAsync("reopened and checked");
        changes.ShouldBe(0);
    }

    [Fact]
    public async Task A_relay_that_does_not_know_yet_that_another_one_took_the_queue_writes_nothing()
    {
        await using var store = Open(Options() with { IdleCheck = TimeSpan.FromHours(1) });
        var changed = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        store.OwnerChanged += () => changed.TrySetResult(store.IsHealthy);
        var envelope = await store.AddOkAsync(store.To(Example, Noon));

        // A pool of connections that shares sessions (pgbouncer) breaks the lock: the name in the database holds all the same.
        await ExecuteAsync("UPDATE bulkrelay.owner SET relay = 'another'");
        var refused = store.To(Example, Noon);
        (await store.AddAsync(refused, default)).ShouldBe(StoreResult.Unavailable);

        (await changed.Task.WaitAsync(Patience)).ShouldBeFalse("nothing may start before it is known what the other one did");
        await _log.WaitForAsync("another relay has had the queue meanwhile");
        (await store.FindAsync(refused.Envelope.QueueId, default)).ShouldBeNull();
        (await store.FindAsync(envelope.QueueId, default)).ShouldNotBeNull();
        (await store.AddAsync(store.To(Example, Noon), default)).ShouldBe(StoreResult.Stored);
    }

    [Fact]
    public async Task Another_owner_is_noticed_while_the_store_is_idle()
    {
        await using var store = Open();
        var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        store.OwnerChanged += changed.SetResult;
        await ExecuteAsync("UPDATE bulkrelay.owner SET relay = 'another'");
        await changed.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task After_a_stand_still_the_store_is_not_healthy_before_it_has_asked()
    {
        var time = new FakeTimeProvider();
        await using var store = Open(Options() with { IdleCheck = TimeSpan.FromHours(1), Time = time });
        await store.AddOkAsync(store.To(Example, Noon));
        store.IsHealthy.ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(4));
        store.IsHealthy.ShouldBeFalse();
        await store.AddOkAsync(store.To(Example, Noon));
        store.IsHealthy.ShouldBeTrue("a write that went through is an answer");
    }

    [Fact]
    public async Task A_reason_with_characters_that_the_database_does_not_know_is_recorded()
    {
        await using var store = Open();
        var envelope = await store.AddOkAsync(store.To(Example, Noon));

        await store.RecordAsync(new DeliveryRecord(envelope.Id, [], [new(0, Example, Noon, 1, "nul \0 half \ud83d", default)]));

        (await store.FindAsync(envelope.QueueId, default)).ShouldNotBeNull().Recipients[0].Reason.ShouldBe("nul ? half \ufffd");
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('\ud83d')]
    public async Task An_address_that_the_database_does_not_know_fails_alone(char unknown)
    {
        await using var store = Open();
        var bad = store.With([Recipient(0, Example, Noon) with { Address = $"a{unknown}@example.com" }], MessageContent.From("x"u8));
        var good = Enumerable.Range(0, 20).Select(_ => store.AddOkAsync(store.To(Example, Noon))).ToList();

        await Should.ThrowAsync<InvalidOperationException>(store.AddAsync(bad, default).AsTask());

        await Task.WhenAll(good);
        (await store.CountAsync(default)).ShouldBe(20);
    }

    [Fact]
    public async Task A_message_with_more_recipients_than_a_page_is_listed_whole()
    {
        await using var store = Open();
        await store.AddOkAsync(store.To(Example, Noon, recipients: 1999));
        await store.AddOkAsync(store.To(Example, Noon, recipients: 4001));
        await store.AddOkAsync(store.To(Example, Noon));

        var sizes = new List<int>();
        await foreach (var message in store.ListAsync(QueueFilter.All, default)) sizes.Add(message.Recipients.Count);

        sizes.ShouldBe([1999, 4001, 1]);
    }

    [Fact]
    public async Task The_password_comes_from_a_file_and_is_in_no_message()
    {
        await _server.ExecuteAsync("SET password_encryption = 'scram-sha-256'; "
            + "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'with_password') THEN CREATE ROLE with_password LOGIN SUPERUSER PASSWORD 'Geheim1'; END IF; END $$");
        var passfile = Path.Combine(_folder.Path, "pgpass");
        await File.WriteAllTextAsync(passfile, "*:*:*:with_password:Geheim1\n");
        File.SetUnixFileMode(passfile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var words = _place.Replace("user=postgres", "user=with_password", StringComparison.Ordinal);

        await using (PostgresQueueStore.Open(new PostgresStoreOptions(ConnectionText.Parse($"{words} passfile=pgpass", _folder.Path)), _log.Service)) { }
        var wrong = Should.Throw<QueueStoreException>(
            () => PostgresQueueStore.Open(new PostgresStoreOptions(ConnectionText.Parse($"{words} password=Geheim2", "/")), _log.Service));
        wrong.ToString().ShouldContain("password authentication failed");
        wrong.ToString().ShouldNotContain("Geheim2");
    }

    [Fact]
    public async Task A_database_that_would_lose_mail_is_refused()
    {
        await ExecuteAsync("ALTER ROLE postgres IN DATABASE " + Database + " SET default_transaction_read_only = on");
        Should.Throw<QueueStoreException>(() => Open()).Message.ShouldContain("takes no changes");
        await ExecuteAsync("SET default_transaction_read_only = off; SET TRANSACTION READ WRITE; ALTER ROLE postgres IN DATABASE " + Database + " RESET default_transaction_read_only");
        await ExecuteAsync("ALTER DATABASE " + Database + " SET synchronous_commit = off");
        await using (Open()) { } // the store switches it on for itself
    }

    [Fact]
    public void A_server_that_is_not_there_is_named_with_what_to_check()
    {
        var nowhere = new PostgresStoreOptions(ConnectionText.Parse("host=127.0.0.1 port=1 dbname=queue user=u password=Geheim3", "/"));
        var fault = Should.Throw<QueueStoreException>(() => PostgresQueueStore.Open(nowhere, _log.Service)).Message;
        fault.ShouldContain("database queue at 127.0.0.1:1");
        fault.ShouldContain("check queue_store");
        fault.ShouldNotContain("Geheim3");
    }

    [Fact]
    public async Task The_configuration_names_the_store()
    {
        var config = ConfigSnapshot.With(("queue_store", $"postgresql://{PostgresServer.Superuser}@127.0.0.1:{_server.Port}/{Database}"));
        await using var store = QueueStores.Open(config, _log.Service);
        var envelope = await store.AddOkAsync(store.To(Example, Noon));
        await using var reader = QueueStores.OpenReader(config);
        (await reader.FindAsync(envelope.QueueId, default)).ShouldNotBeNull();
    }

    [Fact]
    public void Every_schema_leads_to_the_next()
    {
        var numbers = EmbeddedSql.Names("Postgres.Migrations").Select(name => int.Parse(name.Split('.')[2][..3], CultureInfo.InvariantCulture));
        numbers.ShouldBe(Enumerable.Range(1, PostgresMigrations.Newest));
    }

    public Task DisposeAsync()
    {
        _log.Dispose();
        _folder.Dispose();
        return Task.CompletedTask;
    }

    private string Database => new NpgsqlConnectionStringBuilder(ConnectionText.Parse(_place, "/").ConnectionString).Database!;

    private Task ExecuteAsync(string sql) => _server.ExecuteAsync(sql, Database);

    private PostgresStoreOptions Options() => new(ConnectionText.Parse(_place, "/"))
    {
        ReopenDelay = TimeSpan.FromMilliseconds(20),
        IdleCheck = TimeSpan.FromMilliseconds(50),
        OwnerPatience = TimeSpan.FromMilliseconds(200),
    };

    private PostgresQueueStore Open(PostgresStoreOptions? options = null) => PostgresQueueStore.Open(options ?? Options(), _log.Service);
}
