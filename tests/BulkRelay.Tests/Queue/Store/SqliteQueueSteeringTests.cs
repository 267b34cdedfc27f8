using BulkRelay.Core.Queue.Store;
using BulkRelay.Core.Queue.Store.Sqlite;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Store;

public sealed class SqliteQueueSteeringTests : QueueSteeringContract
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestLog _log = new();

    protected override Task<IQueueStore> OpenAsync() =>
        Task.FromResult<IQueueStore>(SqliteQueueStore.Open(new SqliteStoreOptions(Path.Combine(_folder.Path, "queue.db"), _log.Service)));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _log.Dispose();
        _folder.Dispose();
    }
}
