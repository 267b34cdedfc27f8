using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Why no mail is taken to a destination for a while, although it waits: what is in memory or comes in fresh is deferred with this reason
/// at once, as in Postfix, and what is in the store stays there untouched.
/// </summary>
/// <param name="Status">The status of the mail that is deferred.</param>
/// <param name="Reason">The reason as it stands in the log and in listings:
/// <c>delivery temporarily suspended: connect to …: Connection refused</c>.</param>
/// <param name="Until">When the destination is tried again; the largest time if that takes the operator.</param>
internal sealed record Closure(EnhancedStatus Status, string Reason, DateTimeOffset Until)
{
    /// <summary>When the destination is tried again; null if that takes the operator.</summary>
    public DateTimeOffset? Reopens => Until == DateTimeOffset.MaxValue ? null : Until;

    /// <summary>The site cannot be reached, whatever the mail.</summary>
    public static Closure OfSite(EnhancedStatus status, string trouble, DateTimeOffset until) =>
        new(status, $"delivery temporarily suspended: {trouble}", until);

    /// <summary>The transport cannot be used: it is not in <c>master.cf</c>, or makes no agents.</summary>
    public static Closure OfTransport(DateTimeOffset until) => new(new EnhancedStatus(4, 3, 0), "mail transport unavailable", until);

    /// <summary>The transport is one of <c>defer_transports</c>.</summary>
    public static Closure Deferred { get; } = new(new EnhancedStatus(4, 3, 2), "deferred transport", DateTimeOffset.MaxValue);
}
