using BulkRelay.Core.Queue.Store;
using BulkRelay.Core.Queue.Store.Postgres;
using BulkRelay.Tests.Postgres;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Store;

public sealed class PostgresQueueSteeringTests : QueueSteeringContract
{
    private readonly TestLog _log = new();

    protected override async Task<IQueueStore> OpenAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return PostgresQueueStore.Open(new PostgresStoreOptions(ConnectionText.Parse(await server.NewDatabaseAsync(), "/")), _log.Service);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _log.Dispose();
    }
}
