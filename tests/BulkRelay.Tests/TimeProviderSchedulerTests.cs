using BulkRelay.Core;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests;

/// <summary>The actors' timers follow the clock of the relay, to the tick.</summary>
public sealed class TimeProviderSchedulerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly ActorSystem _system;
    private readonly TestProbe _probe;

    public TimeProviderSchedulerTests()
    {
        _system = ActorSystems.Create("time", _time);
        _probe = new TestProbe(_system);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The clock stands: a system ends all the same.</summary>
    public async Task DisposeAsync() => await _system.Terminate().WaitAsync(TimeSpan.FromSeconds(30));

    [Fact]
    public async Task A_single_timer_fires_once_at_its_time()
    {
        _system.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(60), _probe.Ref, "now", ActorRefs.NoSender);
        _time.Advance(TimeSpan.FromSeconds(60) - TimeSpan.FromTicks(1));
        await ShouldBeAllAsync();
        _time.Advance(TimeSpan.FromTicks(1));
        await _probe.ExpectMsgAsync("now");
        _time.Advance(TimeSpan.FromDays(1));
        await ShouldBeAllAsync();
    }

    [Fact]
    public async Task A_repeated_timer_fires_until_it_is_cancelled()
    {
        var cancel = new Cancelable(_system.Scheduler);
        var (first, interval) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        _system.Scheduler.ScheduleTellRepeatedly(first, interval, _probe.Ref, "again", ActorRefs.NoSender, cancel);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _probe.ExpectMsgAsync("again");
        _time.Advance(TimeSpan.FromSeconds(20));
        await _probe.ExpectMsgAsync("again");
        await _probe.ExpectMsgAsync("again");
        cancel.Cancel();
        _time.Advance(TimeSpan.FromSeconds(100));
        await ShouldBeAllAsync();
    }

    [Fact]
    public void A_cancelled_timer_leaves_nothing_behind()
    {
        var cancel = new Cancelable(_system.Scheduler);
        var before = _time.ActiveTimers;
        _system.Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), _probe.Ref, "never", ActorRefs.NoSender, cancel);
        _time.ActiveTimers.ShouldBe(before + 1);
        cancel.Cancel();
        _time.ActiveTimers.ShouldBe(before);
    }

    /// <summary>Nothing has come that was not taken: what timers tell is in the mailbox when the clock returns.</summary>
    private async Task ShouldBeAllAsync()
    {
        _probe.Ref.Tell("last");
        await _probe.ExpectMsgAsync("last");
    }
}
