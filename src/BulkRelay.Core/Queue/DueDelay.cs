namespace BulkRelay.Core.Queue;

/// <summary>The delay of a timer for a due time.</summary>
internal static class DueDelay
{
    /// <summary>Timers do not take longer delays; whoever wakes early looks at the clock and sets the next one.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>
    /// Never shorter than the rest, in whole milliseconds, which is what timers count; so nobody wakes a moment too early.
    /// </summary>
    public static TimeSpan Until(DateTimeOffset due, DateTimeOffset now)
    {
        var rest = due - now;
        if (rest <= TimeSpan.Zero) return TimeSpan.Zero;
        return rest >= Longest ? Longest : TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds));
    }
}
