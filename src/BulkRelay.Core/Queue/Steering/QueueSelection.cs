using System.Runtime.CompilerServices;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue.Steering;

/// <summary>Finds messages by a filter, in bounded memory, and knows which of them are active.</summary>
/// <param name="reader">The queue.</param>
/// <param name="active">The ids of the messages that destinations have in hand.</param>
public sealed class QueueSelection(IQueueReader reader, Func<IReadOnlySet<long>> active)
{
    /// <summary>Ids that are read at once where messages are only counted.</summary>
    private const int CountPage = 50_000;

    /// <summary>Ids that a store is asked for at once.</summary>
    private const int MaxIds = 500;

    private static readonly HashSet<long> None = [];

    /// <summary>The messages of a filter: those of one part of it in order of their arrival.</summary>
    public async IAsyncEnumerable<QueuedMessage> ListAsync(QueueFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var part in Parts(filter))
            await foreach (var message in reader.ListAsync(part.Filter, cancel).ConfigureAwait(false))
                if (!part.Without.Contains(message.Envelope.Id)) yield return message;
    }

    /// <summary>How many messages a filter selects.</summary>
    public async ValueTask<long> CountAsync(QueueFilter filter, CancellationToken cancel)
    {
        if (filter.IsEmpty) return await reader.CountAsync(cancel).ConfigureAwait(false);
        var count = 0L;
        await foreach (var page in SelectAsync(filter, CountPage, cancel).ConfigureAwait(false)) count += page.Count;
        return count;
    }

    /// <summary>The ids of the messages of a filter, page by page of at most <paramref name="size"/>.</summary>
    public async IAsyncEnumerable<IReadOnlyList<long>> SelectAsync(QueueFilter filter, int size, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var part in Parts(filter))
        {
            for (var after = 0L; ;)
            {
                var page = await reader.SelectAsync(part.Filter, after, size, cancel).ConfigureAwait(false);
                if (page.Count > 0) yield return part.Without.Count == 0 ? page : [.. page.Where(id => !part.Without.Contains(id))];
                if (page.Count < size) break;
                after = page[^1];
            }
        }
    }

    /// <summary>
    /// The filter as the store can answer it. What is active only memory knows: active messages are asked for by their ids, and where
    /// deferred ones are wanted without them, they are left out.
    /// </summary>
    private IEnumerable<(QueueFilter Filter, IReadOnlySet<long> Without)> Parts(QueueFilter filter)
    {
        var wantsActive = filter.States.Contains(QueueState.Active);
        if (wantsActive == filter.States.Contains(QueueState.Deferred))
        {
            yield return (filter, None);
            yield break;
        }
        var inHand = active();
        if (!wantsActive)
        {
            yield return (filter, inHand);
            yield break;
        }
        List<QueueState> others = [.. filter.States.Where(state => state != QueueState.Active)];
        if (others.Count > 0) yield return (filter with { States = others }, None);
        foreach (var ids in inHand.Order().Chunk(MaxIds)) yield return (filter with { MessageIds = ids, States = [QueueState.Active] }, None);
    }
}
