namespace BulkRelay.Server.Admin;

/// <summary>One line of the answer to a change: which messages its batch has changed, and at the end that all is done, or what went wrong.</summary>
internal sealed record ChangeStep(IReadOnlyList<long> Changed, bool IsLast = false, string? Fault = null);
