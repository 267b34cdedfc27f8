using System.Runtime.CompilerServices;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>The queue of a relay that is down: read without a lock; written, as the relay itself would.</summary>
internal sealed class StoredQueue(ConfigSnapshot snapshot) : IQueueAccess
{
    private static readonly HashSet<long> NoneActive = [];

    private readonly IQueueReader _reader = QueueStores.OpenReader(snapshot);
    private MailLog? _log;
    private IQueueStore? _store;

    public bool IsRunning => false;

    private QueueSelection Selection => new(_reader, () => NoneActive);

    public async IAsyncEnumerable<ListedMessage> ListAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        var context = await ContextAsync(cancel);
        await foreach (var message in Selection.ListAsync(filter, cancel)) yield return ListedMessage.From(message, context);
    }

    public async Task<long> CountAsync(QueueFilter filter, CancellationToken cancel) => await Selection.CountAsync(filter, cancel);

    public async Task<QueuedMessage?> FindAsync(string queueId, CancellationToken cancel) =>
        await _reader.FindAsync(queueId, cancel);

    public async Task<ExplainedMessage?> ExplainAsync(string queueId, CancellationToken cancel) =>
        await _reader.FindAsync(queueId, cancel) is { } message
            ? new QueueExplainer(await ContextAsync(cancel), null, true, TimeProvider.System.GetUtcNow()).Explain(message) : null;

    public async Task<Stream?> ContentAsync(string queueId, CancellationToken cancel)
    {
        if (await _reader.FindAsync(queueId, cancel) is not { } message) return null;
        return await _reader.ReadContentAsync(message.Envelope.Id, cancel) is { } content ? new MemoryStream(content.ToArray()) : null;
    }

    public IAsyncEnumerable<IReadOnlyList<long>> ChangeAsync(
        QueueChange change, QueueFilter filter, long limit, string program, CancellationToken cancel) =>
        Steering.ChangeAsync(change, filter, limit, Log(program), cancel);

    public Task LogAsync(string program, string line, CancellationToken cancel)
    {
        Log(program).Info($"{line}");
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<ShapeCell>> ShapeAsync(ShapeRequest request, CancellationToken cancel) =>
        await _reader.ReadShapeAsync(request.Filter, request.OfSenders, request.Bounds, cancel);

    public async Task<IReadOnlyList<DestinationSummary>> SummarizeAsync(CancellationToken cancel) => await _reader.SummarizeAsync(cancel);

    public async Task<IReadOnlyList<QueueFreeze>> FreezesAsync(CancellationToken cancel) => await _reader.ReadFreezesAsync(cancel);

    public Task FreezeAsync(QueueFreeze freeze, CancellationToken cancel) => Steering.FreezeAsync(freeze, cancel);

    public Task<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel) => Steering.UnfreezeAsync(scope, name, cancel);

    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        if (_store is not null) await _store.DisposeAsync();
        _log?.Dispose();
    }

    /// <summary>Opens the store as the relay does it, so that nobody else writes meanwhile.</summary>
    private QueueSteering Steering =>
        new(_store ??= QueueStores.Open(snapshot, Log("bulkrelay")), TimeProvider.System, null);

    /// <summary>The mail log of the relay that is down, opened when there is something to write.</summary>
    private ServiceLog Log(string program) =>
        (_log ??= ConfiguredLog.OpenForCommand(snapshot)).For(snapshot.Get(LogParameters.SyslogName), program);

    private async Task<ListingContext> ContextAsync(CancellationToken cancel) =>
        new(NoneActive, new Dictionary<DestinationKey, string>(), new FreezeSet(await _reader.ReadFreezesAsync(cancel)));
}
