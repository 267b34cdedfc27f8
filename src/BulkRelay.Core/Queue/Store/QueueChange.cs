using System.Text.Json.Serialization;

namespace BulkRelay.Core.Queue.Store;

/// <summary>What an operator does to messages of the queue.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QueueChange>))]
public enum QueueChange
{
    /// <summary>No further attempt until it is released. Changes what is not held.</summary>
    Hold,

    /// <summary>Ends a hold: the mail is due at once. Changes what is held.</summary>
    Release,

    /// <summary>Removes it, without a report to anybody.</summary>
    Delete,

    /// <summary>
    /// Gives it up (<see cref="DestinationKey.Expired"/>): it goes back to its sender at once, but what is held only after its release.
    /// Changes what is not expired.
    /// </summary>
    Expire,

    /// <summary>Makes it due at once. Changes what is not held.</summary>
    Retry,

    /// <summary>Starts it anew: not held, not expired, without a history, due at once, and its age counts from now.</summary>
    Requeue,
}

/// <summary>What a change did: the messages that it changed, and the destinations for which it made mail due.</summary>
public sealed record QueueChanged(IReadOnlyList<long> Messages, IReadOnlyList<DestinationKey> Due)
{
    public static readonly QueueChanged Nothing = new([], []);
}
