using System.Collections.Concurrent;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Sees to it that a sender is warned once that a message is late (<c>delay_warning_time</c>), with all recipients that are late,
/// though several destinations may hold parts of the message. Thread-safe.
/// </summary>
internal sealed class DelayWarnings(QueueServices services)
{
    /// <summary>An attempt this much before the time counts: the next one may be an hour later.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, byte> _underWay = new();

    /// <summary>True if the sender of a message of which a recipient is deferred now has to be warned.</summary>
    public static bool IsDue(MessageEnvelope message, DateTimeOffset now) =>
        !message.IsWarned && message.WarnAt is { } warnAt && now >= warnAt - Slack;

    /// <summary>
    /// Begins a warning. Returns the recipients of the message that are late: those that are deferred now, and those that the store has
    /// been keeping after an attempt. Null if the sender has been warned already, or is being warned. To be ended by <see cref="End"/>.
    /// </summary>
    public async ValueTask<IReadOnlyList<RecipientOutcome>?> TryBeginAsync(QueueEntry entry, IReadOnlyList<RecipientOutcome> deferred)
    {
        var message = entry.Message;
        if (!_underWay.TryAdd(message.Id, 0)) return null;
        try
        {
            var stored = await services.Store.FindAsync(message.QueueId, services.HardStop).ConfigureAwait(false);
            if (stored is { Envelope.IsWarned: false }) return [.. deferred, .. OthersLate(entry, stored)];
        }
        catch (QueueStoreException)
        {
            // The store cannot be read just now: the warning is due again after the next attempt.
        }
        End(message.Id);
        return null;
    }

    /// <summary>The warning is stored, or there is none.</summary>
    public void End(long messageId) => _underWay.TryRemove(messageId, out _);

    private static IEnumerable<RecipientOutcome> OthersLate(QueueEntry entry, QueuedMessage stored)
    {
        var known = entry.Recipients.Select(r => r.Number).ToHashSet();
        return stored.Recipients.Where(r => r.Reason.Length > 0 && !known.Contains(r.Number))
            .Select(r => new RecipientOutcome(r, DeliveryAction.Deferred, r.Status, r.Reason));
    }
}
