using BulkRelay.Core.Queue.Store;
using BulkRelay.Core.Queue.Store.Postgres;
using BulkRelay.Tests.Postgres;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Store;

public sealed class PostgresQueueStoreContractTests : QueueStoreContract
{
    private readonly TestLog _log = new();
    private PostgresServer _server = null!;
    private string _place = "";

    protected override async Task<IQueueStore> OpenAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _place = await _server.TakeDatabaseAsync();
        return PostgresQueueStore.Open(new PostgresStoreOptions(ConnectionText.Parse(_place, "/")), _log.Service);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.GiveBackAsync(_place);
        _log.Dispose();
    }
}
