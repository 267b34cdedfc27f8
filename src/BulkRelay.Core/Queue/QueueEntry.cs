namespace BulkRelay.Core.Queue;

/// <summary>
/// One message for one destination with some of its recipients: the unit that a destination schedules and that becomes one
/// delivery request (Postfix: an entry of a queue).
/// </summary>
public sealed record QueueEntry(MessageEnvelope Message, DestinationKey Destination, IReadOnlyList<QueuedRecipient> Recipients)
{
    /// <summary>The content, while memory allows to keep it; null when it has to be read from the store.</summary>
    public MessageContent? Content { get; init; }

    /// <summary>When the entry came into the destination's memory: the second part of <c>delays=a/b/c/d</c> counts from here.</summary>
    public DateTimeOffset Activated { get; init; }

    /// <summary>
    /// True if these are all recipients that the message has left, so that finishing them finishes the message.
    /// False means "not known", never "certainly not".
    /// </summary>
    public bool IsWholeMessage { get; init; }

    /// <summary>The entry in parts of one recipient, as VERP needs it: each has a sender of its own.</summary>
    internal IEnumerable<QueueEntry> PerRecipient() => Recipients.Count == 1
        ? [this]
        : Recipients.Select(recipient => this with { Recipients = [recipient], IsWholeMessage = false });
}
