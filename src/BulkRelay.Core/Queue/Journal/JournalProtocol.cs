namespace BulkRelay.Core.Queue.Journal;

/// <summary>To the queue: what destinations knew when the relay ended. Comes once, before any mail leaves; empty if nothing is known.</summary>
internal sealed record Recalled(IReadOnlyList<DestinationLearned> Destinations);

/// <summary>To the queue, and down: what was told while the journal was away is not kept; all that is known is to be told again.</summary>
internal sealed record TellAgain
{
    public static readonly TellAgain Instance = new();
}

/// <summary>Asks to write what waits. Answered by <see cref="JournalSettled"/>, at once if nothing can be written.</summary>
internal sealed record SettleJournal
{
    public static readonly SettleJournal Instance = new();
}

/// <summary>The answer to <see cref="SettleJournal"/>.</summary>
internal sealed record JournalSettled
{
    public static readonly JournalSettled Instance = new();
}

/// <summary>To the keeper of the journal: of how many destinations it holds something, and how many events came after the last snapshot.</summary>
internal sealed record JournalHolds(int Destinations, long Events);

/// <summary>Asks what the journal holds. Answered by <see cref="JournalStatus"/>.</summary>
internal sealed record GetJournalStatus
{
    public static readonly GetJournalStatus Instance = new();
}

/// <summary>To the keeper of the journal: all that it holds has been read.</summary>
internal sealed record JournalRecovered(IReadOnlyList<DestinationLearned> Destinations);

/// <summary>To the keeper of the journal: its actor ends, because it cannot read or write.</summary>
internal sealed record JournalFailed(string Reason);
