using System.Runtime.CompilerServices;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>The queue of a relay that is down: read without a lock; written, for a moment, as the relay itself would.</summary>
internal sealed class StoredQueue(ConfigSnapshot snapshot) : IQueueAccess
{
    /// <summary>A relay that is down leaves nobody alone.</summary>
    private static readonly Dictionary<DestinationKey, string> NoSuspensions = [];

    private readonly IQueueReader _reader = QueueStores.OpenReader(snapshot);

    public async IAsyncEnumerable<ListedMessage> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var message in _reader.ListAsync(QueueFilter.All, cancel)) yield return ListedMessage.From(message, isActive: false, NoSuspensions);
    }

    public async Task<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel) =>
        await _reader.FindAsync(queueId, cancel);

    public async Task<Stream?> ContentAsync(string queueId, CancellationToken cancel)
    {
        if (await _reader.FindAsync(queueId, cancel) is not { } message) return null;
        return await _reader.ReadContentAsync(message.Envelope.Id, cancel) is { } content ? new MemoryStream(content.ToArray()) : null;
    }

    public async Task<bool> DeleteAsync(string queueId, CancellationToken cancel)
    {
        using var log = new MailLog(() => Stream.Null, "localhost", TimeProvider.System);
        await using var store = QueueStores.Open(snapshot, log.For("bulkrelay", "postsuper"));
        return await new QueueSteering(store, TimeProvider.System, null).ChangeAllAsync(QueueChange.Delete, new QueueFilter { QueueIds = [queueId] }, cancel) > 0;
    }

    public ValueTask DisposeAsync() => _reader.DisposeAsync();
}
