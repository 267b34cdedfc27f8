using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Queue;

/// <summary>
/// When a deferred recipient is tried again, and when it is given up. As in Postfix the wait is the age of the message, within
/// <c>minimal_backoff_time</c> and <c>maximal_backoff_time</c>: the age doubles with each attempt until the upper bound. Due times are
/// exact, unless <c>queue_run_delay</c> is set in the configuration: then deferred mail is tried at multiples of it only, so that
/// it is looked at no more often than in the queue runs of Postfix.
/// </summary>
internal readonly record struct BackoffPolicy(TimeSpan Minimal, TimeSpan Maximal, TimeSpan Lifetime, TimeSpan ReportLifetime, TimeSpan RunDelay)
{
    /// <summary>The most that jitter adds, as a part of the wait: one sixteenth.</summary>
    public const int JitterDivisor = 16;

    /// <summary>The policy of a configuration. Mail from the null sender never lives longer than other mail.</summary>
    public static BackoffPolicy From(ConfigSnapshot snapshot)
    {
        var lifetime = snapshot.Get(QueueParameters.MaximalQueueLifetime);
        var report = snapshot.Get(QueueParameters.BounceQueueLifetime);
        return new BackoffPolicy(snapshot.Get(QueueParameters.MinimalBackoffTime), snapshot.Get(QueueParameters.MaximalBackoffTime),
            lifetime, report < lifetime ? report : lifetime,
            snapshot.Space.FindExplicit(QueueParameters.QueueRunDelay.Name) is null ? TimeSpan.Zero : snapshot.Get(QueueParameters.QueueRunDelay));
    }

    /// <summary>
    /// The next attempt after one that failed at <paramref name="now"/>. Up to a sixteenth of the wait is added, so that messages which
    /// failed together do not come back together. The addition depends on message and attempt alone: the same run gives the same times.
    /// </summary>
    public DateTimeOffset NextAttempt(MessageEnvelope message, int attempts, DateTimeOffset now)
    {
        var age = now - message.Queued;
        var wait = age > Maximal ? Maximal : age;
        if (wait < Minimal) wait = Minimal;
        return AtRun(now + wait + Jitter(wait, message.Id, attempts));
    }

    /// <summary>
    /// True if a message whose attempt failed at <paramref name="now"/> is not tried again, because of its age or because the operator
    /// wants so. Lifetime 0 is a single attempt.
    /// </summary>
    public bool IsExpired(MessageEnvelope message, DateTimeOffset now) =>
        message.IsExpired || now - message.Queued >= (message.IsReport ? ReportLifetime : Lifetime);

    /// <summary>The first queue run that is not before <paramref name="due"/>.</summary>
    private DateTimeOffset AtRun(DateTimeOffset due)
    {
        if (RunDelay == TimeSpan.Zero) return due;
        var late = due.UtcTicks % RunDelay.Ticks;
        return late == 0 ? due : due.AddTicks(RunDelay.Ticks - late);
    }

    private static TimeSpan Jitter(TimeSpan wait, long messageId, int attempts)
    {
        // Fibonacci hashing: neighbouring ids spread evenly over the range.
        var hash = ((ulong)messageId * 31 + (ulong)attempts) * 0x9E3779B97F4A7C15;
        return TimeSpan.FromTicks((long)(wait.Ticks / JitterDivisor * ((hash >> 11) * (1.0 / (1UL << 53)))));
    }
}
