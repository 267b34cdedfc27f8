using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Finds mail that is given up, for its age or by the operator, and whose destination is closed: nothing is read for such a destination, so
/// nobody else would return it. It is handed to the destination, which refuses it as all mail that comes in, and so it goes back.
/// </summary>
internal sealed class ExpirySweep(QueueServices services)
{
    /// <summary>The most messages that one sweep hands over.</summary>
    private const int Most = 500;

    /// <summary>Messages are looked at from the oldest on; after so many in a row that are not given up there are no more.</summary>
    private const int Patience = 1000;

    /// <summary>Sweeps over the messages of a filter. True if there may be more for another sweep.</summary>
    public async Task<bool> RunAsync(QueueFilter filter)
    {
        if (!AnyIsClosed()) return false;
        var ticket = services.Claims.BeginRead();
        try
        {
            var (now, found, inVain) = (services.Time.GetUtcNow(), 0, 0);
            await foreach (var message in services.Store.ListAsync(filter, services.HardStop).ConfigureAwait(false))
            {
                if (!services.Configuration.Backoff.IsExpired(message.Envelope, now))
                {
                    if (++inVain == Patience) return false;
                    continue;
                }
                inVain = 0;
                if (HandOver(message, ticket, now)) found++;
                if (found == Most) return true;
            }
            return false;
        }
        finally
        {
            services.Claims.EndRead(ticket);
        }
    }

    private bool HandOver(QueuedMessage message, long ticket, DateTimeOffset now)
    {
        var found = false;
        foreach (var part in message.Recipients.GroupBy(r => r.Destination).Where(p => IsClosed(p.Key)))
        {
            var entry = new QueueEntry(message.Envelope, part.Key, [.. part]) { Activated = now };
            if (services.Claims.TryClaim(entry, ticket) is not { } mine) continue;
            services.LogActive(mine.Message, mine.Recipients.Count);
            services.Queue.Tell(new HandOver(part.Key, [mine]));
            found = true;
        }
        return found;
    }

    private bool AnyIsClosed() => services.Destinations.Keys.Any(IsClosed)
        || services.Configuration.Transports.Keys.Any(name => services.TransportOf(name).FindClosure() is not null);

    /// <summary>Mail that the operator keeps by a freeze stays where it is.</summary>
    private bool IsClosed(DestinationKey destination) => services.FreezeOf(destination) is null
        && (services.Destinations.TryGetValue(destination, out var state) ? state.Closure
            : services.TransportOf(destination.Transport).FindClosure()) is not null;
}
