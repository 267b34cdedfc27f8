using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Store;

public sealed class InMemoryQueueStoreTests : QueueStoreContract
{
    protected override Task<IQueueStore> OpenAsync() => Task.FromResult<IQueueStore>(new InMemoryQueueStore());
}

public sealed class InMemoryQueueSteeringTests : QueueSteeringContract
{
    protected override Task<IQueueStore> OpenAsync() => Task.FromResult<IQueueStore>(new InMemoryQueueStore());
}
