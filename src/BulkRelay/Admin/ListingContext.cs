using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>What a listing has to know of the relay beside the store.</summary>
/// <param name="Active">Messages that a destination has in hand.</param>
/// <param name="Suspensions">Why destinations are left alone.</param>
/// <param name="Freezes">What the operator keeps.</param>
internal sealed record ListingContext(
    IReadOnlySet<long> Active, IReadOnlyDictionary<DestinationKey, string> Suspensions, FreezeSet Freezes)
{
    /// <summary>The name of the queue in which Postfix would have the message.</summary>
    public string QueueOf(MessageEnvelope message) => message.IsHeld ? "hold" : Active.Contains(message.Id) ? "active" : "deferred";

    /// <summary>Why a recipient is still here: what the operator has ordered, then its last attempt, then the state of its site.</summary>
    public string? ReasonFor(MessageEnvelope message, QueuedRecipient recipient)
    {
        if (Freezes.Of(message, recipient) is { } freeze) return Text(freeze);
        if (recipient.Reason.Length > 0) return recipient.Reason;
        return Suspensions.GetValueOrDefault(recipient.Destination);
    }

    private static string Text(QueueFreeze freeze) => $"frozen: {freeze.Reason}";
}
