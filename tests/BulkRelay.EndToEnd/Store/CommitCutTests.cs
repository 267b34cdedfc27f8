using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Core.Queue.Store.Postgres;
using BulkRelay.EndToEnd.Faults;
using BulkRelay.Tests.Postgres;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Store;

/// <summary>
/// The connection to PostgreSQL is lost around a commit: the client is told what became of it, as the database has it, and never a guess.
/// </summary>
public sealed class CommitCutTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly DestinationKey Destination = new("smtp", "example.com");

    private readonly TestLog _log = new();
    private PostgresServer _server = null!;
    private CommitCutter _cutter = null!;
    private PostgresQueueStore _store = null!;
    private string _place = "";

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _place = await _server.NewDatabaseAsync();
        _cutter = new CommitCutter(_server.Port);
        _store = Open(TimeSpan.FromMinutes(1));
        // The block of ids that a new store fetches is behind us then.
        await AddAsync(Message());
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _cutter.DisposeAsync();
        _log.Dispose();
    }

    [Theory]
    [InlineData(CommitCut.BeforeTheRequest, StoreResult.Unavailable)]
    [InlineData(CommitCut.BeforeTheSync, StoreResult.Unavailable)]
    [InlineData(CommitCut.BeforeTheReply, StoreResult.Stored)]
    public async Task The_answer_to_a_client_is_what_the_database_has(CommitCut cut, StoreResult expected)
    {
        var message = Message();
        _cutter.Arm(cut);

        (await AddAsync(message)).ShouldBe(expected);

        await _cutter.Made.WaitAsync(Limit);
        (await IsThereAsync(message)).ShouldBe(expected == StoreResult.Stored);
        _store.IsHealthy.ShouldBeTrue("it goes on by itself");
        (await AddAsync(Message())).ShouldBe(StoreResult.Stored);
        (await _store.CountAsync(default)).ShouldBe(expected == StoreResult.Stored ? 3 : 2);
    }

    [Theory]
    [InlineData(CommitCut.BeforeTheRequest)]
    [InlineData(CommitCut.BeforeTheSync)]
    [InlineData(CommitCut.BeforeTheReply)]
    public async Task A_result_is_recorded_once_with_its_report(CommitCut cut)
    {
        var message = Message();
        var report = Message();
        await AddAsync(message);
        var recorded = new List<bool>();
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cutter.Arm(cut);

        _store.Record(new DeliveryRecord(message.Envelope.Id, [0], [])
        {
            Reports = [report],
            Recorded = (_, left) =>
            {
                recorded.Add(left);
                written.TrySetResult();
            },
        });

        await written.Task.WaitAsync(Limit);
        await _cutter.Made.WaitAsync(Limit);
        (await AddAsync(Message())).ShouldBe(StoreResult.Stored); // whatever was to come has come before this
        recorded.ShouldBe([true]);
        (await IsThereAsync(message)).ShouldBeFalse();
        (await IsThereAsync(report)).ShouldBeTrue();
        (await _store.CountAsync(default)).ShouldBe(3);
    }

    [Fact]
    public async Task While_the_server_stays_away_the_client_is_refused_and_what_was_committed_is_taken_back()
    {
        await _store.DisposeAsync();
        _store = Open(unclearPatience: TimeSpan.FromMilliseconds(100));
        await AddAsync(Message());
        var message = Message();
        _cutter.Arm(CommitCut.BeforeTheReply, thenClosed: true);

        (await AddAsync(message)).ShouldBe(StoreResult.Unavailable);

        _store.IsHealthy.ShouldBeFalse("no delivery may start");
        (await _server.QueryAsync<long>($"SELECT count(*) FROM bulkrelay.message WHERE id = {message.Envelope.Id}", Database)).ShouldBe(1, "the commit went through");
        await Should.ThrowAsync<QueueStoreException>(_store.FindAsync(message.Envelope.QueueId, default).AsTask(), "and nobody may see it");
        (await AddAsync(Message())).ShouldBe(StoreResult.Unavailable);
        _cutter.Open();
        await _log.WaitForAsync($"{message.Envelope.QueueId}: removed");
        await _log.WaitForAsync("reopened and checked, ");
        (await IsThereAsync(message)).ShouldBeFalse();
        (await AddAsync(Message())).ShouldBe(StoreResult.Stored);
    }

    /// <summary>
    /// A server that is stopped in the midst of it takes the transaction up again when it goes on: what has been refused by then must not
    /// appear.
    /// </summary>
    [Fact]
    public async Task A_server_that_hangs_and_goes_on_later_adds_nothing_that_was_refused()
    {
        await using var server = await PostgresServer.StartAsync();
        var place = await server.NewDatabaseAsync();
        await using var store = PostgresQueueStore.Open(new PostgresStoreOptions(ConnectionText.Parse($"{place} connect_timeout=1", "/"))
        {
            ReopenDelay = TimeSpan.FromMilliseconds(50),
            UnclearPatience = TimeSpan.FromMilliseconds(200),
            ReplyPatience = TimeSpan.FromSeconds(1),
        }, _log.Service);
        (await store.AddAsync(TestMail.Make(store.NextMessageId(), Destination), default)).ShouldBe(StoreResult.Stored);
        var refused = Enumerable.Range(0, 20).Select(_ => TestMail.Make(store.NextMessageId(), Destination)).ToList();

        await server.FreezeAsync();
        var answers = await Task.WhenAll(refused.Select(message => store.AddAsync(message, default).AsTask())).WaitAsync(Limit);
        await server.ThawAsync();

        answers.ShouldAllBe(answer => answer == StoreResult.Unavailable);
        await _log.WaitForAsync("reopened and checked, ");
        (await store.AddAsync(TestMail.Make(store.NextMessageId(), Destination), default)).ShouldBe(StoreResult.Stored, _log.Text);
        (await store.CountAsync(default)).ShouldBe(2);
        var listed = 0;
        await foreach (var _ in store.ListAsync(QueueFilter.All, default)) listed++;
        listed.ShouldBe(2);
    }

    private string Database => new PostgresStoreOptions(ConnectionText.Parse(_place, "/")).Database;

    /// <summary>A store whose writer is quiet, behind the cutter.</summary>
    private PostgresQueueStore Open(TimeSpan unclearPatience)
    {
        var throughCutter = _place.Replace($"port={_server.Port}", $"port={_cutter.Port}", StringComparison.Ordinal);
        return PostgresQueueStore.Open(new PostgresStoreOptions(ConnectionText.Parse(throughCutter, "/"))
        {
            ReopenDelay = TimeSpan.FromMilliseconds(20),
            UnclearPatience = unclearPatience,
            IdleCheck = TimeSpan.FromHours(1),
        }, _log.Service);
    }

    private NewMessage Message() => TestMail.Make(_store.NextMessageId(), Destination);

    private Task<StoreResult> AddAsync(NewMessage message) => _store.AddAsync(message, default).AsTask().WaitAsync(Limit);

    private async Task<bool> IsThereAsync(NewMessage message) => await _store.FindAsync(message.Envelope.QueueId, default) is not null;
}
