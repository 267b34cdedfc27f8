using System.Text.Json.Serialization;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>A message of the queue as commands show it: the keys of <c>postqueue -j</c>.</summary>
internal sealed record ListedMessage
{
    /// <summary><c>active</c> (in hand), <c>hold</c> or <c>deferred</c> (waiting).</summary>
    public required string QueueName { get; init; }

    public required string QueueId { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public required long ArrivalTime { get; init; }

    public required long MessageSize { get; init; }

    public bool ForcedExpire { get; init; }

    public required string Sender { get; init; }

    public required IReadOnlyList<ListedRecipient> Recipients { get; init; }

    /// <param name="message">The message as the store has it.</param>
    /// <param name="isActive">Whether a destination has it in hand.</param>
    /// <param name="suspensions">Why destinations are left alone: the reason of mail that has not been tried because of that.</param>
    public static ListedMessage From(QueuedMessage message, bool isActive, IReadOnlyDictionary<DestinationKey, string> suspensions) => new()
    {
        QueueName = message.Envelope.IsHeld ? "hold" : isActive ? "active" : "deferred",
        QueueId = message.Envelope.QueueId,
        ArrivalTime = message.Envelope.Arrived.ToUnixTimeSeconds(),
        MessageSize = message.Envelope.Size,
        Sender = message.Envelope.Sender.Length > 0 ? message.Envelope.Sender : "MAILER-DAEMON",
        Recipients = [.. message.Recipients.Select(r => new ListedRecipient(r.Address, ReasonOf(r, suspensions)))],
    };

    private static string? ReasonOf(QueuedRecipient recipient, IReadOnlyDictionary<DestinationKey, string> suspensions)
    {
        if (recipient.Reason.Length > 0) return recipient.Reason;
        return suspensions.GetValueOrDefault(recipient.Destination);
    }
}

/// <summary>A recipient that is still to be delivered.</summary>
internal sealed record ListedRecipient(string Address,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DelayReason);
