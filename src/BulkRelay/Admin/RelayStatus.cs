using BulkRelay.Core.Queue.Journal;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Server.Admin;

/// <summary>What <c>bulkrelay status</c> shows.</summary>
internal sealed record RelayStatus
{
    public required string Version { get; init; }

    public required int Pid { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required IReadOnlyList<string> Listeners { get; init; }

    /// <summary>False while results cannot be written: mail is refused with 451 and no delivery starts.</summary>
    public required bool StoreHealthy { get; init; }

    /// <summary>Messages in the queue.</summary>
    public required long Queued { get; init; }

    public required long Accepted { get; init; }

    public required long Delivered { get; init; }

    public required long Deferred { get; init; }

    public required long Bounced { get; init; }

    public required long Expired { get; init; }

    public required long InDoubt { get; init; }

    /// <summary>Files in the folder <c>corrupt</c>: mail of programs on this machine that can neither be sent nor returned.</summary>
    public required int Corrupt { get; init; }

    /// <summary>What the operator keeps in the queue, with the reason.</summary>
    public required IReadOnlyList<QueueFreeze> Freezes { get; init; }

    /// <summary>What is kept over a restart of what destinations have learned.</summary>
    public required JournalStatus Learned { get; init; }

    /// <summary>The busiest destinations first.</summary>
    public required IReadOnlyList<DestinationStatus> Destinations { get; init; }
}

/// <summary>One destination that has mail; <paramref name="Suspension"/> is why it is left alone until then, null if it is not.</summary>
internal sealed record DestinationStatus(string Destination, int InFlight, int Waiting, int Window, DateTimeOffset? NextDue, string? Suspension);

/// <summary>What came of a reload: the faults, and whether the new configuration is in force.</summary>
internal sealed record ReloadResult(bool Applied, IReadOnlyList<string> Faults);
