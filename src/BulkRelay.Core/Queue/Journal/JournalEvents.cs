namespace BulkRelay.Core.Queue.Journal;

/// <summary>What the journal of the actors holds. Each kind has its manifest and its versions in <see cref="JournalSerializer"/>.</summary>
internal interface IJournalEvent;

/// <summary>A destination has learned something.</summary>
internal sealed record DestinationLearned(DestinationKey Destination, DestinationKnowledge Knowledge) : IJournalEvent;

/// <summary>A destination is as any other at its beginning.</summary>
internal sealed record DestinationForgotten(DestinationKey Destination) : IJournalEvent;

/// <summary>What all destinations know at one moment.</summary>
internal sealed record KnowledgeSnapshot(IReadOnlyList<DestinationLearned> Destinations) : IJournalEvent;

/// <summary>Something that this program cannot read: a newer one wrote it, or it is damaged. It is passed over.</summary>
internal sealed record UnreadableEvent(string Reason) : IJournalEvent;
