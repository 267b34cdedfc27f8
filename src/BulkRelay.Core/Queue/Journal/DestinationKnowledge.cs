namespace BulkRelay.Core.Queue.Journal;

/// <summary>What a destination knows that another one at its beginning does not: kept, so that a restart does not have to learn it again.</summary>
/// <param name="Window">The deliveries that may be under way at once; 0 while the site is dead.</param>
/// <param name="Closure">Why the site is left alone, and until when; null if it is not.</param>
/// <param name="RestsUntil">When the next delivery may begin, by the rate delay; the smallest time if there is none.</param>
internal sealed record DestinationKnowledge(int Window, Closure? Closure, DateTimeOffset RestsUntil);
