using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

public sealed class BackoffPolicyTests
{
    private static readonly DateTimeOffset Arrived = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 300)]
    [InlineData(299, 300)]
    [InlineData(600, 600)]
    [InlineData(3999, 3999)]
    [InlineData(86400, 4000)]
    public void The_wait_is_the_age_within_the_bounds(int age, int wait)
    {
        var policy = BackoffPolicy.From(ConfigSnapshot.With());
        var now = Arrived.AddSeconds(age);
        for (var attempt = 1; attempt < 50; attempt++)
        {
            var seconds = (policy.NextAttempt(Message(), attempt, now) - now).TotalSeconds;
            seconds.ShouldBeInRange(wait, wait + wait / 16.0);
        }
    }

    [Fact]
    public void Jitter_spreads_messages_that_failed_together_and_is_the_same_in_each_run()
    {
        var policy = BackoffPolicy.From(ConfigSnapshot.With());
        var due = Enumerable.Range(1, 1000).Select(id => policy.NextAttempt(Message(id), 1, Arrived)).ToList();
        due.Distinct().Count().ShouldBeGreaterThan(990);
        due.Count(d => d < Arrived.AddSeconds(300 + 300 / 32.0)).ShouldBeInRange(450, 550);
        Enumerable.Range(1, 1000).Select(id => policy.NextAttempt(Message(id), 1, Arrived)).ShouldBe(due);
    }

    [Fact]
    public void With_queue_run_delay_set_deferred_mail_waits_for_the_next_run()
    {
        var policy = BackoffPolicy.From(ConfigSnapshot.With(("queue_run_delay", "10m")));
        var exact = BackoffPolicy.From(ConfigSnapshot.With());
        for (var id = 1; id <= 100; id++)
        {
            var due = policy.NextAttempt(Message(id), 1, Arrived.AddSeconds(id * 7.3));
            (due.UtcTicks % TimeSpan.FromMinutes(10).Ticks).ShouldBe(0);
            (due - exact.NextAttempt(Message(id), 1, Arrived.AddSeconds(id * 7.3))).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        }
    }

    [Theory]
    [InlineData("5d", "5d", "a@b.test", 432000)]
    [InlineData("5d", "1d", "a@b.test", 432000)]
    [InlineData("5d", "1d", "", 86400)]
    [InlineData("1d", "5d", "", 86400)]
    [InlineData("0", "5d", "a@b.test", 0)]
    public void A_message_expires_at_its_lifetime_and_a_report_never_later_than_other_mail(string lifetime, string report, string sender, int seconds)
    {
        var policy = BackoffPolicy.From(ConfigSnapshot.With(("maximal_queue_lifetime", lifetime), ("bounce_queue_lifetime", report)));
        var message = Message() with { Sender = sender };
        policy.IsExpired(message, Arrived.AddSeconds(seconds)).ShouldBeTrue();
        if (seconds > 0) policy.IsExpired(message, Arrived.AddSeconds(seconds - 1)).ShouldBeFalse();
    }

    /// <summary>
    /// Seen beside Postfix 3.7.11: <c>postsuper -r</c> keeps the arrival time, and the lifetime counts from the new queue file.
    /// </summary>
    [Fact]
    public void The_age_of_a_requeued_message_counts_anew()
    {
        var policy = BackoffPolicy.From(ConfigSnapshot.With(("maximal_queue_lifetime", "5d"), ("minimal_backoff_time", "300s")));
        var message = Message() with { Requeued = Arrived.AddDays(4) };
        policy.IsExpired(message, Arrived.AddDays(9).AddSeconds(-1)).ShouldBeFalse();
        policy.IsExpired(message, Arrived.AddDays(9)).ShouldBeTrue();
        (policy.NextAttempt(message, 1, Arrived.AddDays(4)) - Arrived.AddDays(4)).ShouldBeLessThan(TimeSpan.FromSeconds(330));
    }

    private static MessageEnvelope Message(long id = 1) => new() { Id = id, QueueId = "X", Arrived = Arrived, Sender = "s@example.org", Size = 1 };
}
