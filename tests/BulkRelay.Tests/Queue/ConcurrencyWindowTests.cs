using BulkRelay.Core.Configuration;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Queue;

/// <summary>The vectors were made by following qmgr_queue.c and qmgr_feedback.c by hand: windows after each event, 0 for dead.</summary>
public sealed class ConcurrencyWindowTests
{
    [Theory]
    [InlineData("1", 1, 5, "3, 2, 0")]
    [InlineData("1", 1, 10, "8, 7, 6, 5, 4, 3, 0")]
    [InlineData("1", 10, 5, "3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0")]
    [InlineData("1/4", 1, 5, "4, 4, 4, 3, 0")]
    [InlineData("1/4", 10, 5, "4, 4, 4, 3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 0")]
    [InlineData("1/concurrency", 1, 5, "4, 4, 4, 3, 0")]
    [InlineData("1/concurrency", 1, 10, "9, 9, 9, 9, 9, 9, 9, 9, 8, 0")]
    [InlineData("1/concurrency", 10, 5, "4, 4, 4, 3, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 0")]
    [InlineData("1", 1, 1, "0")]
    [InlineData("1/4", 1, 1, "0")]
    [InlineData("1/concurrency", 1, 1, "0")]
    [InlineData("1/sqrt_concurrency", 1, 1, "0")]
    public void Failures_in_a_row_lower_the_window_until_the_destination_is_dead(string feedback, int cohortLimit, int start, string trace)
    {
        var window = Window(start, 0, negative: feedback, cohortLimit: cohortLimit);
        var sizes = new List<int>();
        while (!window.IsDead)
        {
            window.Fail().ShouldBe(window.IsDead);
            sizes.Add(window.Size);
        }
        string.Join(", ", sizes).ShouldBe(trace);
    }

    [Theory]
    [InlineData("1", 1, 20, 13)]
    [InlineData("1", 10, 20, 26)]
    [InlineData("1/concurrency", 1, 20, 20)]
    public void So_many_failures_in_a_row_make_a_destination_dead(string feedback, int cohortLimit, int start, int failures)
    {
        var window = Window(start, 0, negative: feedback, cohortLimit: cohortLimit);
        var count = 0;
        for (; !window.IsDead; count++) window.Fail();
        count.ShouldBe(failures);
    }

    [Theory]
    [InlineData("1", 5, 15, "1, 2, 3, 4, 5, 6")]
    [InlineData("1/4", 5, 60, "4, 8, 12, 16, 20, 24")]
    [InlineData("1/concurrency", 5, 180, "5, 11, 18, 26, 35, 45")]
    [InlineData("1", 1, 19, "1, 2, 3, 4, 5, 6")]
    [InlineData("1/4", 1, 76, "4, 8, 12, 16, 20, 24")]
    [InlineData("1/concurrency", 1, 190, "1, 3, 6, 10, 15, 21")]
    public void Successes_raise_the_window_at_the_end_of_a_series(string feedback, int start, int successes, string firstSteps)
    {
        var window = Window(start, 20, positive: feedback);
        var steps = new List<int>();
        var count = 0;
        while (window.Size < 20)
        {
            var before = window.Size;
            window.Succeed(busy: before);
            count++;
            if (window.Size > before) steps.Add(count);
        }
        count.ShouldBe(successes);
        string.Join(", ", steps.Take(6)).ShouldBe(firstSteps);
        window.Succeed(busy: 20);
        window.Size.ShouldBe(20, "not above the limit");
    }

    [Fact]
    public void Failures_and_successes_in_turn_drive_the_window_down()
    {
        var window = Window(10, 20);
        var sizes = new List<int>();
        for (var i = 0; i < 9; i++)
        {
            window.Fail();
            sizes.Add(window.Size);
            window.Succeed(busy: window.Size);
            sizes.Add(window.Size);
        }
        sizes.ShouldBe([8, 9, 7, 8, 6, 7, 5, 6, 4, 5, 3, 4, 2, 3, 1, 2, 1, 2]);
    }

    [Fact]
    public void A_success_clears_the_failed_cohorts()
    {
        var window = Window(5, 20);
        window.Fail();
        window.Fail();
        // Too little is under way for the window to grow; the cohorts are cleared all the same.
        window.Succeed(busy: -100);
        window.Fail();
        window.IsDead.ShouldBeFalse();
        window.Fail().ShouldBeTrue();
    }

    [Fact]
    public void With_cohort_limit_0_a_destination_is_never_dead()
    {
        var window = Window(5, 20, cohortLimit: 0);
        for (var i = 0; i < 1000; i++) window.Fail().ShouldBeFalse();
        window.Size.ShouldBe(1);
    }

    [Fact]
    public void The_window_grows_no_more_than_the_initial_concurrency_beyond_its_use()
    {
        var window = Window(5, 20);
        for (var i = 0; i < 100; i++) window.Succeed(busy: 1);
        window.Size.ShouldBe(6);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(3, 3)]
    public void A_success_revives_a_dead_destination_with_what_is_under_way_or_the_initial_concurrency(int busy, int size)
    {
        var window = Window(5, 20);
        while (!window.IsDead) window.Fail();
        window.Fail().ShouldBeFalse("it is dead already");
        window.Succeed(busy);
        window.Size.ShouldBe(size);
    }

    [Fact]
    public void Without_feedback_the_window_stays_and_only_cohorts_count()
    {
        var window = Window(5, 20, positive: "0", negative: "0");
        for (var i = 0; i < 50; i++) window.Succeed(busy: 5);
        window.Size.ShouldBe(5);
        var failures = 0;
        for (; !window.IsDead; failures++) window.Fail();
        failures.ShouldBe(5);
    }

    [Theory]
    [InlineData(5, 20, 0, 5, 20)]
    [InlineData(5, 3, 0, 3, 3)]
    [InlineData(5, 0, 0, 5, 0)]
    [InlineData(5, 20, 1, 1, 1)]
    [InlineData(5, 0, 1, 1, 1)]
    public void The_settings_are_corrected_as_Postfix_does(int initial, int limit, int rateDelay, int correctedInitial, int correctedLimit)
    {
        var corrected = Policy(initial, limit).Corrected(TimeSpan.FromSeconds(rateDelay));
        (corrected.Initial, corrected.Limit).ShouldBe((correctedInitial, correctedLimit));
    }

    [Theory]
    [InlineData(5, 20, 3, 3)]
    [InlineData(5, 20, 0, 12)]
    [InlineData(15, 20, 20, 15)]
    public void New_settings_bound_the_window_as_it_is(int initial, int limit, int newLimit, int size)
    {
        var window = Window(12, 20);
        window.Apply(Policy(initial, limit) with { Limit = newLimit, Initial = newLimit > 0 ? Math.Min(initial, newLimit) : initial });
        window.Size.ShouldBe(size);
    }

    private static ConcurrencyWindow Window(int initial, int limit, string positive = "1", string negative = "1", int cohortLimit = 1) =>
        new(Policy(initial, limit, positive, negative, cohortLimit));

    internal static ConcurrencyPolicy Policy(int initial, int limit, string positive = "1", string negative = "1", int cohortLimit = 1) =>
        new(initial, limit, ConcurrencyFeedback.Parse(positive, out _), ConcurrencyFeedback.Parse(negative, out _), cohortLimit);
}
