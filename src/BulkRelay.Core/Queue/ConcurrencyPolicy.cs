using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Queue;

/// <summary>
/// What sets the concurrency of a destination: Postfix's <c>initial_destination_concurrency</c> and <c>default_destination_concurrency_…</c>,
/// as <see cref="Corrected"/>.
/// </summary>
/// <param name="Initial">The window to begin with; 1 or more.</param>
/// <param name="Limit">The largest window; 0 for none.</param>
/// <param name="Positive">By how much a success raises the window.</param>
/// <param name="Negative">By how much a failure lowers it.</param>
/// <param name="FailedCohortLimit">After how many cohorts of failures in a row the destination is dead; 0 for never.</param>
internal readonly record struct ConcurrencyPolicy(
    int Initial, int Limit, ConcurrencyFeedback Positive, ConcurrencyFeedback Negative, int FailedCohortLimit)
{
    /// <summary>
    /// As Postfix corrects it when it creates a transport: a rate delay makes the limit 1, and the window never begins above its limit.
    /// </summary>
    public ConcurrencyPolicy Corrected(TimeSpan rateDelay)
    {
        var limit = rateDelay > TimeSpan.Zero ? 1 : Limit;
        return this with { Limit = limit, Initial = limit > 0 ? Math.Min(Initial, limit) : Initial };
    }
}
