namespace BulkRelay.Core.Queue.Journal;

/// <summary>What the journal of the actors holds.</summary>
/// <param name="Place">Where it is.</param>
/// <param name="Destinations">Of how many destinations something is kept.</param>
/// <param name="Events">Events since the last snapshot.</param>
/// <param name="Octets">What it takes; null if that is not known.</param>
/// <param name="Fault">Why nothing is kept now; null if it is.</param>
public sealed record JournalStatus(string Place, int Destinations, long Events, long? Octets, string? Fault);
