namespace BulkRelay.Core.Queue;

/// <summary>What sets the pace of the destinations of one transport.</summary>
/// <param name="Concurrency">Their windows, corrected.</param>
/// <param name="RateDelay">The pause after each delivery (<c>default_destination_rate_delay</c>); zero for none.</param>
/// <param name="DeadTime">How long a dead destination is left alone: <c>minimal_backoff_time</c>; with a rate delay, as in Postfix, no
/// longer than that.</param>
internal readonly record struct PacePolicy(ConcurrencyPolicy Concurrency, TimeSpan RateDelay, TimeSpan DeadTime);
