using System.Text.Json.Serialization;
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
    /// <param name="context">What the relay knows beside.</param>
    public static ListedMessage From(QueuedMessage message, ListingContext context) => new()
    {
        QueueName = context.QueueOf(message.Envelope),
        QueueId = message.Envelope.QueueId,
        ArrivalTime = message.Envelope.Arrived.ToUnixTimeSeconds(),
        MessageSize = message.Envelope.Size,
        ForcedExpire = message.Envelope.IsExpired,
        Sender = message.Envelope.Sender.Length > 0 ? message.Envelope.Sender : "MAILER-DAEMON",
        Recipients = [.. message.Recipients.Select(r => new ListedRecipient(r.Address, context.ReasonFor(message.Envelope, r)))],
    };
}

/// <summary>A recipient that is still to be delivered.</summary>
internal sealed record ListedRecipient(string Address,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? DelayReason);
