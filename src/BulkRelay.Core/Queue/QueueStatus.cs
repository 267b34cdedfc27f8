namespace BulkRelay.Core.Queue;

/// <summary>A destination at one moment.</summary>
/// <param name="Destination">Which one.</param>
/// <param name="InFlight">Deliveries under way.</param>
/// <param name="Window">Deliveries that may be under way at once; 0 while nothing is in memory but the next due time.</param>
/// <param name="Queued">Entries that wait in memory.</param>
/// <param name="Unrecorded">Recipients under delivery, or with a result that is not in the store yet.</param>
/// <param name="IsReading">Mail is being read from the store.</param>
/// <param name="NextDue">When the next mail in the store is due; null if none is known of.</param>
public sealed record DestinationStatus(
    DestinationKey Destination, int InFlight, int Window, int Queued, int Unrecorded, bool IsReading, DateTimeOffset? NextDue)
{
    /// <summary>Why mail is not taken there for now, as it stands in the log and in listings; null if it is.</summary>
    public string? Suspension { get; init; }

    /// <summary>When a suspended destination is tried again.</summary>
    public DateTimeOffset? SuspendedUntil { get; init; }
}

/// <summary>The answer to <see cref="GetQueueStatus"/>: every destination that has mail.</summary>
public sealed record QueueStatus(IReadOnlyList<DestinationStatus> Destinations)
{
    /// <summary>Nothing is known.</summary>
    public static readonly QueueStatus Nothing = new([]);
}
