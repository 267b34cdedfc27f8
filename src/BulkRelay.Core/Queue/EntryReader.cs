using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Reads a destination's due mail from the store: claims what nobody has in hand, routes it afresh, and sends what belongs elsewhere now
/// on its way. Holds no state, so that a read outlives the actor that asked for it.
/// </summary>
internal sealed class EntryReader(DestinationKey destination, QueueServices services)
{
    /// <summary>The flows of which mail is read in one go, and those among which it looks for them.</summary>
    private const int FlowsRead = 16;
    private const int FlowsSeen = 64;

    /// <summary>
    /// Reads entries that are due: where there are several flows, half of them in the order in which they are due, half from one flow
    /// after the other, so that no backlog hides the mail of another flow.
    /// </summary>
    public async Task<ReadFinished> ReadAsync(ReadWish wish)
    {
        var claimed = new List<QueueEntry>();
        try
        {
            var flows = await services.Store.ReadFlowsAsync(destination, wish.AfterFlow, FlowsSeen, services.HardStop).ConfigureAwait(false);
            var isOne = wish.AfterFlow < 0 && flows.Count <= 1;
            var limit = wish.InHand + (isOne ? wish.Wanted : (wish.Wanted + 1) / 2);
            var rows = await ClaimAsync((s, recipients) =>
                s.ReadDueAsync(destination, wish.AsOf, limit, recipients, services.HardStop), claimed).ConfigureAwait(false);
            var last = isOne || rows < limit ? -1 : await ClaimOfFlowsAsync(flows, wish, claimed).ConfigureAwait(false);
            var nextDue = rows < limit
                ? await services.Store.NextDueAsync(destination, wish.AsOf, services.HardStop).ConfigureAwait(false) ?? DateTimeOffset.MaxValue
                : wish.AsOf;
            return new ReadFinished(destination, await RouteAfreshAsync(claimed).ConfigureAwait(false), nextDue, last);
        }
        catch
        {
            foreach (var entry in claimed) services.Drop(entry);
            throw;
        }
    }

    /// <summary>Returns the last flow that had its turn; -1 if the next turn is the first one's.</summary>
    private async ValueTask<long> ClaimOfFlowsAsync(IReadOnlyList<FlowBacklog> flows, ReadWish wish, List<QueueEntry> claimed)
    {
        var due = flows.Where(f => f.FirstDue <= wish.AsOf).Take(FlowsRead).ToList();
        var share = Math.Max(1, wish.Wanted / 2 / Math.Max(1, due.Count));
        foreach (var (flow, _) in due)
            await ClaimAsync((s, recipients) =>
                s.ReadDueAsync(destination, flow, wish.AsOf, wish.InHandOf(flow) + share, recipients, services.HardStop), claimed).ConfigureAwait(false);
        if (due.Count == FlowsRead) return due[^1].Flow;
        return flows.Count == FlowsSeen ? flows[^1].Flow : -1;
    }

    /// <summary>Reads, and claims what is free. Returns the recipients read, claimed or not.</summary>
    private async ValueTask<int> ClaimAsync(Func<IQueueStore, int, ValueTask<IReadOnlyList<QueueEntry>>> readAsync, List<QueueEntry> claimed)
    {
        var ticket = services.Claims.BeginRead();
        try
        {
            var recipientLimit = services.Configuration.RecipientLimit(destination.Transport);
            var read = await readAsync(services.Store, recipientLimit).ConfigureAwait(false);
            var rows = 0;
            foreach (var entry in read)
            {
                rows += entry.Recipients.Count;
                if (services.Claims.TryClaim(entry, ticket) is not { } mine) continue;
                if (mine.Message.Verp.Length > 0) claimed.AddRange(mine.PerRecipient());
                else claimed.Add(mine);
            }
            return rows;
        }
        finally
        {
            services.Claims.EndRead(ticket);
        }
    }

    private async ValueTask<IReadOnlyList<QueueEntry>> RouteAfreshAsync(List<QueueEntry> claimed)
    {
        var now = services.Time.GetUtcNow();
        var staying = new List<QueueEntry>(claimed.Count);
        for (var i = 0; i < claimed.Count; i++)
        {
            var entry = claimed[i];
            var routes = await RoutesAsync(entry).ConfigureAwait(false);
            if (routes is null)
            {
                services.LogActive(entry.Message, entry.Recipients.Count);
                staying.Add(entry with { Activated = now });
                continue;
            }
            foreach (var group in Enumerable.Range(0, routes.Length).GroupBy(n => routes[n]))
            {
                var part = entry with { Recipients = [.. group.Select(n => entry.Recipients[n])], IsWholeMessage = false, Activated = now };
                if (group.Key == destination) staying.Add(part);
                else Move(part, group.Key, now);
            }
        }
        return staying;
    }

    /// <summary>The route of each recipient; null, as a rule, if all still come here.</summary>
    private async ValueTask<DestinationKey[]?> RoutesAsync(QueueEntry entry)
    {
        DestinationKey[]? routes = null;
        for (var i = 0; i < entry.Recipients.Count; i++)
        {
            var route = await services.RouteAsync(entry.Recipients[i].Address, entry.Message, services.HardStop).ConfigureAwait(false);
            if (routes is null && route == destination) continue;
            routes ??= [.. Enumerable.Repeat(destination, entry.Recipients.Count)];
            routes[i] = route;
        }
        return routes;
    }

    /// <summary>
    /// Moves recipients to another destination. The claims are kept all the way: first the store learns the new destination, then that
    /// destination gets the entry, so that neither can deliver it in between, and none routes it once more.
    /// </summary>
    private void Move(QueueEntry entry, DestinationKey target, DateTimeOffset now)
    {
        QueuedRecipient[] recipients = [.. entry.Recipients.Select(r => r with { Destination = target, Due = now })];
        var moved = entry with { Destination = target, Recipients = recipients };
        services.Store.Record(new DeliveryRecord(entry.Message.Id, [],
            [.. recipients.Select(r => new DeferredRecipient(r.Number, target, now, r.Attempts, r.Reason, r.Status) { InDoubt = r.InDoubt })])
        {
            Recorded = (_, _) => services.Queue.Tell(new HandOver(target, [moved])),
        });
    }
}
