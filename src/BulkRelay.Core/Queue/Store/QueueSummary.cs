namespace BulkRelay.Core.Queue.Store;

/// <summary>Recipients of the queue, of one domain and one range of ages.</summary>
/// <param name="Domain">In lower case; empty for the null sender.</param>
/// <param name="Bucket">The range: how many of the bounds that were asked for are later than the arrival.</param>
/// <param name="Count">Recipients, or messages if senders were asked for.</param>
public sealed record ShapeCell(string Domain, int Bucket, long Count);

/// <summary>The recipients that wait for one destination.</summary>
/// <param name="Destination">Where the last routing sent them.</param>
/// <param name="Recipients">All of them.</param>
/// <param name="Held">Those that the operator holds.</param>
/// <param name="Frozen">Those that were set aside for a freeze of their domain or flow.</param>
/// <param name="InDoubt">Those that may have been delivered already.</param>
/// <param name="Untried">Those that no attempt was made for.</param>
/// <param name="FirstDue">When the first of those is due that are neither held nor set aside; null if there is none.</param>
public sealed record DestinationSummary(
    DestinationKey Destination, long Recipients, long Held, long Frozen, long InDoubt, long Untried, DateTimeOffset? FirstDue);
