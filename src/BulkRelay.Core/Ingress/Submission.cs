using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Ingress;

/// <summary>The envelope of a message that a program on this machine hands over (<c>sendmail</c>), as that program gives it.</summary>
public sealed record Submission
{
    /// <summary>The sender; without a domain it belongs to <c>myorigin</c>, and empty it is the null sender.</summary>
    public required string Sender { get; init; }

    /// <summary>The recipients, at least one.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>RFC 3461 NOTIFY for all recipients; empty for none.</summary>
    public string Notify { get; init; } = "";

    /// <summary>RFC 3461 RET; empty for none.</summary>
    public string Ret { get; init; } = "";

    /// <summary>RFC 3461 ENVID as xtext; empty for none.</summary>
    public string Envid { get; init; } = "";

    /// <summary>The delimiters of VERP; empty for the default ones, null for no VERP.</summary>
    public string? Verp { get; init; }

    /// <summary>Whether the sender gets a report of the attempts, and whether they are attempts at all.</summary>
    public DeliveryTrace Trace { get; init; }

    /// <summary>The name of the user as people write it, for a message without <c>From:</c>; empty for none.</summary>
    public string FullName { get; init; } = "";

    /// <summary>
    /// The number of the user, for the trace header, the log and <c>authorized_submit_users</c>. What the program says of it does not count:
    /// the system is asked.
    /// </summary>
    public int UserId { get; init; }
}

/// <summary>What became of a submission: a queue id, or the reason of a refusal with its enhanced status in front.</summary>
public sealed record SubmissionResult(string QueueId, string Refusal)
{
    /// <summary>True if the message is in the queue.</summary>
    public bool IsQueued => QueueId.Length > 0;

    /// <summary>True if the same submission may succeed later.</summary>
    public bool IsTemporary => Refusal.StartsWith('4');

    internal static SubmissionResult Queued(string queueId) => new(queueId, "");

    internal static SubmissionResult Refused(string reason) => new("", reason);
}
