namespace BulkRelay.Tests.Actors;

public sealed class TimerTests : ActorTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_single_timer_sends_its_message_once()
    {
        var actor = StartTimed();
        await DoAsync(actor, t => t.StartSingleTimer("key", "tick", 5 * Second));
        Time.Advance(4 * Second);
        await NothingCameAsync(actor);
        Time.Advance(Second);
        await Probe.ExpectMsgAsync("tick active=False");
        Time.Advance(60 * Second);
        await NothingCameAsync(actor);
        Time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public async Task A_periodic_timer_sends_until_it_is_cancelled()
    {
        var actor = StartTimed();
        await DoAsync(actor, t => t.StartPeriodicTimer("key", "tick", 5 * Second));
        for (var i = 0; i < 3; i++)
        {
            Time.Advance(5 * Second);
            await Probe.ExpectMsgAsync("tick active=True");
        }
        await DoAsync(actor, t => t.Cancel("key"));
        Time.Advance(60 * Second);
        await NothingCameAsync(actor);
    }

    [Fact]
    public async Task A_periodic_timer_may_begin_with_another_delay()
    {
        var actor = StartTimed();
        await DoAsync(actor, t => t.StartPeriodicTimer("key", "tick", Second, 10 * Second));
        Time.Advance(Second);
        await Probe.ExpectMsgAsync("tick active=True");
        Time.Advance(9 * Second);
        await NothingCameAsync(actor);
        Time.Advance(Second);
        await Probe.ExpectMsgAsync("tick active=True");
    }

    [Fact]
    public async Task A_tick_that_is_in_the_mailbox_when_its_timer_is_cancelled_is_dropped()
    {
        var actor = StartTimed();
        await DoAsync(actor, t =>
        {
            t.StartSingleTimer("key", "tick", Second);
            Time.Advance(Second);
            t.Cancel("key");
            t.IsTimerActive("key").ShouldBeFalse();
        });
        await NothingCameAsync(actor);
    }

    [Fact]
    public async Task A_tick_that_is_in_the_mailbox_when_its_timer_is_replaced_is_dropped()
    {
        var actor = StartTimed();
        await DoAsync(actor, t =>
        {
            t.StartPeriodicTimer("key", "old", Second);
            Time.Advance(3 * Second);
            t.StartSingleTimer("key", "new", Second);
        });
        await NothingCameAsync(actor);
        Time.Advance(Second);
        await Probe.ExpectMsgAsync("new active=False");
    }

    [Fact]
    public async Task CancelAll_ends_every_timer()
    {
        var actor = StartTimed();
        await DoAsync(actor, t =>
        {
            t.StartSingleTimer("one", "one", Second);
            t.StartPeriodicTimer("two", "two", Second);
            t.IsTimerActive("one").ShouldBeTrue();
            t.IsTimerActive("two").ShouldBeTrue();
            t.IsTimerActive("three").ShouldBeFalse();
            t.CancelAll();
        });
        Time.ActiveTimers.ShouldBe(0);
        Time.Advance(Second);
        await NothingCameAsync(actor);
    }

    [Fact]
    public async Task Timers_end_with_their_actor_and_leave_no_dead_letters()
    {
        var deadLetters = Listen<DeadLetter>();
        var actor = StartTimed();
        await DoAsync(actor, t =>
        {
            t.StartPeriodicTimer("key", "tick", Second);
            Time.Advance(Second);
            System.Stop(actor);
        });
        await Probe.WatchAsync(actor);
        await Probe.ExpectTerminatedAsync(actor);
        Time.ActiveTimers.ShouldBe(0);
        actor.Tell("last");
        (await deadLetters.ExpectMsgAsync<DeadLetter>()).Message.ShouldBe("last");
    }

    [Fact]
    public async Task Timers_end_with_their_instance_and_a_tick_of_the_old_one_is_dropped()
    {
        var actor = StartTimed();
        actor.Tell((Action<ITimerScheduler>)(t =>
        {
            t.StartPeriodicTimer("key", "old", Second);
            Time.Advance(Second);
            throw new InvalidOperationException("restart me");
        }));
        await DoAsync(actor, t => t.IsTimerActive("key").ShouldBeFalse());
        Time.ActiveTimers.ShouldBe(0);
        await DoAsync(actor, t => t.StartSingleTimer("key", "new", Second));
        await NothingCameAsync(actor);
        Time.Advance(Second);
        await Probe.ExpectMsgAsync("new active=False");
    }

    [Fact]
    public async Task An_interval_that_is_not_positive_is_refused() => await DoAsync(StartTimed(), t =>
    {
        Should.Throw<ArgumentOutOfRangeException>(() => t.StartPeriodicTimer("key", "tick", TimeSpan.Zero));
        Should.Throw<ArgumentOutOfRangeException>(() => t.StartPeriodicTimer("key", "tick", Second, Timeout.InfiniteTimeSpan));
        t.IsTimerActive("key").ShouldBeFalse();
    });

    [Fact]
    public async Task A_timer_can_send_PoisonPill()
    {
        var actor = StartTimed();
        await Probe.WatchAsync(actor);
        await DoAsync(actor, t => t.StartSingleTimer("key", PoisonPill.Instance, Second));
        Time.Advance(Second);
        await Probe.ExpectTerminatedAsync(actor);
    }

    private IActorRef StartTimed()
    {
        var probe = Probe.Ref;
        return System.ActorOf(Props.Create(() => new TimedActor(probe)));
    }

    private async Task DoAsync(IActorRef actor, Action<ITimerScheduler> action)
    {
        actor.Tell(action, Probe.Ref);
        await Probe.ExpectMsgAsync("done");
    }

    private async Task NothingCameAsync(IActorRef actor) => await DoAsync(actor, _ => { });

    private sealed class TimedActor(IActorRef probe) : UntypedActor, IWithTimers
    {
        public ITimerScheduler Timers { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case Action<ITimerScheduler> action:
                    action(Timers);
                    probe.Tell("done");
                    break;
                default:
                    probe.Tell($"{message} active={Timers.IsTimerActive("key")}");
                    break;
            }
        }
    }
}
