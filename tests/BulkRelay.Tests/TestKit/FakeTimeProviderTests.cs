namespace BulkRelay.Tests.TestKit;

public sealed class FakeTimeProviderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Timers_fire_in_due_order_and_see_the_moment_they_were_due_at()
    {
        var start = _time.GetUtcNow();
        Start("late", 30);
        Start("early", 10);
        _time.Advance(TimeSpan.FromSeconds(29));
        _fired.ShouldBe(["early@10"]);
        _time.Advance(TimeSpan.FromSeconds(1));
        _fired.ShouldBe(["early@10", "late@30"]);
        (_time.GetUtcNow() - start).ShouldBe(TimeSpan.FromSeconds(30));
        _time.GetElapsedTime(0).ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_periodic_timer_fires_for_each_period_within_an_advance_until_it_is_disposed()
    {
        var timer = Start("tick", 5, 10);
        _time.Advance(TimeSpan.FromSeconds(26));
        timer.Dispose();
        _time.Advance(TimeSpan.FromSeconds(60));
        _fired.ShouldBe(["tick@5", "tick@15", "tick@25"]);
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void A_timer_that_a_callback_starts_fires_within_the_same_advance()
    {
        using var first = _time.CreateTimer(_ => Start("second", 5), null, TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(20));
        _fired.ShouldBe(["second@15"]);
    }

    [Fact]
    public void A_changed_timer_forgets_its_old_due_time()
    {
        var timer = Start("x", 5);
        timer.Change(TimeSpan.FromSeconds(50), Timeout.InfiniteTimeSpan).ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(49));
        _fired.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromSeconds(1));
        _fired.ShouldBe(["x@50"]);
    }

    [Fact]
    public void Setting_the_wall_clock_moves_neither_timestamps_nor_timers()
    {
        Start("x", 5);
        _time.SetUtcNow(_time.GetUtcNow().AddHours(1));
        _fired.ShouldBeEmpty();
        _time.GetTimestamp().ShouldBe(0);
    }

    [Fact]
    public async Task Task_delays_and_cancellation_follow_the_clock()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(10), _time);
        var delay = Task.Delay(TimeSpan.FromSeconds(5), _time);
        await _time.WaitForTimersAsync(2);
        _time.Advance(TimeSpan.FromSeconds(5));
        await delay.WaitAsync(TimeSpan.FromSeconds(30));
        cancellation.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(5));
        cancellation.IsCancellationRequested.ShouldBeTrue();
    }

    private ITimer Start(string name, int due, int period = 0) => _time.CreateTimer(
        _ => _fired.Add($"{name}@{_time.GetElapsedTime(0).TotalSeconds}"), null,
        TimeSpan.FromSeconds(due), period == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(period));
}
