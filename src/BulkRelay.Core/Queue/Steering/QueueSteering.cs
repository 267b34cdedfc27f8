using System.Runtime.CompilerServices;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue.Steering;

/// <summary>
/// What operators do to the queue, in bounded memory and in transactions of bounded size. With a running relay a change
/// takes effect at once: mail that waits in memory is dropped or made due; a delivery that is under way ends and is recorded.
/// </summary>
/// <param name="store">The queue.</param>
/// <param name="time">The clock.</param>
/// <param name="running">The relay's queue; null while the relay is down.</param>
public sealed class QueueSteering(IQueueStore store, TimeProvider time, QueueServices? running)
{
    /// <summary>Messages that are changed in one transaction: some milliseconds, for which new mail waits.</summary>
    private const int BatchSize = 500;

    private static readonly HashSet<long> None = [];

    /// <summary>Finds messages.</summary>
    public QueueSelection Selection { get; } = new(store, () => running?.Claims.ActiveMessages() ?? None);

    /// <summary>
    /// Changes messages of a filter, at most <paramref name="limit"/>, batch by batch; gives after each the ids of the messages that it has
    /// changed.
    /// </summary>
    /// <param name="change">What is done to them.</param>
    /// <param name="filter">The messages.</param>
    /// <param name="limit">The most of them.</param>
    /// <param name="log">
    /// Gets a line for each message, or their number if they are only made due: the log of the program that the operator used.
    /// </param>
    /// <param name="cancel">Ends it behind a batch.</param>
    /// <exception cref="QueueStoreException">The store failed over a batch: what was reported before is done.</exception>
    public async IAsyncEnumerable<IReadOnlyList<long>> ChangeAsync(
        QueueChange change, QueueFilter filter, long limit, ServiceLog log, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (change == QueueChange.Retry && filter.IsEmpty) running?.Queue.Tell(FlushDestination.All);
        var total = 0L;
        var flushed = new HashSet<DestinationKey>();
        await foreach (var ids in Selection.SelectAsync(filter, BatchSize, cancel).ConfigureAwait(false))
        {
            var batch = ids.Count <= limit - total ? ids : [.. ids.Take((int)(limit - total))];
            var names = change == QueueChange.Retry ? null : await store.ReadQueueIdsAsync(batch, cancel).ConfigureAwait(false);
            var changed = await store.ChangeAsync(change, batch, time.GetUtcNow(), cancel).ConfigureAwait(false);
            if (names is not null) Tell(change, changed.Messages, names, log);
            if (running is not null) TakeEffect(change, changed, flushed, running);
            total += changed.Messages.Count;
            yield return changed.Messages;
            if (total >= limit) break;
        }
        // Other changes are counted by whoever orders them, who may do so in several parts.
        if (change == QueueChange.Retry) log.Info($"{QueueChangeText.Total(change, total)}");
    }

    /// <summary>Begins a freeze, or changes one of the same scope and name.</summary>
    /// <exception cref="QueueStoreException">The store cannot keep it just now.</exception>
    public async Task FreezeAsync(QueueFreeze freeze, CancellationToken cancel)
    {
        if (running is null) await store.FreezeAsync(freeze, cancel).ConfigureAwait(false);
        else await AskAsync(new BeginFreeze(freeze), running, cancel).ConfigureAwait(false);
    }

    /// <summary>Ends a freeze; false if there is none.</summary>
    /// <exception cref="QueueStoreException">The store cannot forget it just now.</exception>
    public async Task<bool> UnfreezeAsync(FreezeScope scope, string name, CancellationToken cancel) => running is null
        ? await store.UnfreezeAsync(scope, name, cancel).ConfigureAwait(false)
        : await AskAsync(new EndFreeze(scope, name), running, cancel).ConfigureAwait(false);

    /// <summary>Messages that are only made due have no line each: a queue run over a million of them is one order.</summary>
    private static void Tell(QueueChange change, IReadOnlyList<long> changed, IReadOnlyDictionary<long, string> names, ServiceLog log)
    {
        foreach (var id in changed)
            if (names.TryGetValue(id, out var name)) log.Info($"{name}: {QueueChangeText.Single(change)}");
    }

    private static async Task<bool> AskAsync(object order, QueueServices running, CancellationToken cancel)
    {
        var answer = await running.Queue.Ask<FreezeAnswer>(order, cancel).ConfigureAwait(false);
        return answer.Fault is null ? answer.IsDone : throw new QueueStoreException(answer.Fault);
    }

    /// <summary>A site is tried anew once for each order, however many batches it has mail in.</summary>
    private void TakeEffect(QueueChange change, QueueChanged changed, HashSet<DestinationKey> flushed, QueueServices services)
    {
        if (changed.Messages.Count == 0) return;
        if (change != QueueChange.Retry)
        {
            var recalled = changed.Messages.ToHashSet();
            services.Claims.Recall(recalled);
            services.Queue.Tell(new MessagesRecalled(recalled));
        }
        foreach (var destination in changed.Due)
        {
            if (change == QueueChange.Retry && flushed.Add(destination)) services.Queue.Tell(new FlushDestination(destination));
            services.Queue.Tell(new DestinationDue(destination, time.GetUtcNow()));
        }
        if (change == QueueChange.Expire) services.Queue.Tell(new MessagesExpired(changed.Messages));
    }
}
