using System.Globalization;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>Says in plain words why mail has not moved, the strongest reason first.</summary>
/// <param name="context">What the relay knows beside the store.</param>
/// <param name="destinations">The state of the destinations; null while the relay is down.</param>
/// <param name="isHealthy">Whether results can be stored.</param>
/// <param name="now">The time.</param>
internal sealed class QueueExplainer(
    ListingContext context, IReadOnlyDictionary<DestinationKey, Core.Queue.DestinationStatus>? destinations, bool isHealthy, DateTimeOffset now)
{
    public ExplainedMessage Explain(QueuedMessage message) =>
        new(message, context.QueueOf(message.Envelope), [.. message.Recipients.Select(r => Why(message.Envelope, r).ToList())]);

    private IEnumerable<string> Why(MessageEnvelope message, QueuedRecipient recipient)
    {
        if (recipient.InDoubt > 0)
            yield return $"may have arrived already: {Times(recipient.InDoubt)} the link was lost before the answer to the whole message";
        yield return Obstacle(message, recipient);
        if (recipient.Attempts == 0) yield return "no attempt has been made yet";
        else yield return $"tried {Times(recipient.Attempts)}; the last attempt: {recipient.Status} {recipient.Reason}";
    }

    private string Obstacle(MessageEnvelope message, QueuedRecipient recipient)
    {
        if (message.IsHeld) return "held by the operator: `bulkrelay queue release` (or postsuper -H) lets it go on";
        if (context.Freezes.Of(message, recipient) is { } freeze) return Frozen(freeze);
        if (destinations is null) return $"the relay is not running; due {Time(recipient.Due)}";
        if (!isHealthy) return "the queue store has failed: nothing is delivered until it works again (see the mail log)";
        if (message.IsExpired) return "expired by the operator: it is being returned to its sender";
        return Waiting(message, recipient, destinations.GetValueOrDefault(recipient.Destination));
    }

    private string Waiting(MessageEnvelope message, QueuedRecipient recipient, Core.Queue.DestinationStatus? site)
    {
        if (site?.Suspension is { } trouble)
            return $"{recipient.Destination} is left alone{(site.SuspendedUntil is { } until ? $" until {Time(until)}" : "")}: {trouble}";
        if (context.Active.Contains(message.Id))
            return site is { InFlight: > 0 }
                ? $"under delivery, or next in line: {Under(site)} at {recipient.Destination}" : $"about to be delivered to {recipient.Destination}";
        if (recipient.Due > now) return $"deferred: the next attempt is due {Time(recipient.Due)}, in {Span(recipient.Due - now)}";
        if (site is { InFlight: > 0 } && site.InFlight >= site.Window)
            return $"due since {Time(recipient.Due)}: all that {recipient.Destination} may get at once is under way ({Under(site)})";
        return site is null ? $"due since {Time(recipient.Due)}: about to be read for {recipient.Destination}"
            : $"due since {Time(recipient.Due)}: waits its turn at {recipient.Destination} ({Under(site)}, {Number(site.Queued)} messages before it in memory)";
    }

    private static string Frozen(QueueFreeze freeze)
    {
        var what = freeze.Scope == FreezeScope.All ? "all mail" : $"{freeze.Scope.ToString().ToLowerInvariant()} {freeze.Name}";
        var end = freeze.Until is { } until ? $"until {Time(until)}" : "until `bulkrelay queue unfreeze`";
        return $"frozen ({what}) {end}: {freeze.Reason}";
    }

    private static string Under(Core.Queue.DestinationStatus site) =>
        string.Create(CultureInfo.InvariantCulture, $"{site.InFlight} of at most {site.Window} deliveries under way");

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Times(int count) => count == 1 ? "once" : string.Create(CultureInfo.InvariantCulture, $"{count} times");

    private static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Span(TimeSpan span) => span.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes} min")
        : string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s");
}
