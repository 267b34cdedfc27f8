namespace BulkRelay.Tests.Actors;

public sealed class ReceiveTimeoutTests : ActorTest
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task ReceiveTimeout_comes_after_the_time_without_a_message_and_again()
    {
        var actor = StartActor();
        await SetAsync(actor, 10 * Second);
        Time.Advance(9 * Second);
        await NothingCameAsync(actor);
        // The question at 9 counted: the timer fires at 10 and waits for what is left.
        Time.Advance(Second);
        for (var due = 19; due < 40; due += 10)
        {
            await Time.WaitForTimersAsync();
            Time.Advance(due * Second - Time.GetElapsedTime(0));
            await Probe.ExpectMsgAsync($"timeout at {due}");
        }
    }

    [Fact]
    public async Task Each_message_starts_the_time_anew()
    {
        var actor = StartActor();
        await SetAsync(actor, 10 * Second);
        Time.Advance(6 * Second);
        await NothingCameAsync(actor);
        // The timer set at 0 fires at 10, finds that 4 seconds are over since the last message, and waits for the other 6.
        Time.Advance(4 * Second);
        await Time.WaitForTimersAsync();
        Time.Advance(5 * Second);
        Time.Advance(Second);
        await Probe.ExpectMsgAsync("timeout at 16");
    }

    [Fact]
    public async Task Null_ends_it()
    {
        var actor = StartActor();
        await SetAsync(actor, 10 * Second);
        await SetAsync(actor, null);
        Time.ActiveTimers.ShouldBe(0);
        Time.Advance(60 * Second);
        await NothingCameAsync(actor);
    }

    [Fact]
    public async Task It_ends_with_the_actor()
    {
        var actor = StartActor();
        await SetAsync(actor, 10 * Second);
        await actor.GracefulStop(Patience);
        Time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public async Task It_does_not_run_out_while_a_handler_is_at_work()
    {
        var work = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var probe = Probe.Ref;
        var actor = System.ActorOf(Props.Create(() => new WorkingActor(probe, work.Task)));
        actor.Tell("work");
        await Probe.ExpectMsgAsync("working");
        Time.Advance(10 * Second);
        work.SetResult();
        await Probe.ExpectMsgAsync("worked");
        await NothingCameAsync(actor);
        Time.Advance(10 * Second);
        await Probe.ExpectMsgAsync("timeout");
    }

    [Fact]
    public async Task A_time_that_is_not_positive_is_refused()
    {
        var actor = Start((context, _) =>
        {
            Should.Throw<ArgumentOutOfRangeException>(() => context.SetReceiveTimeout(TimeSpan.Zero));
            Probe.Ref.Tell("refused");
        });
        actor.Tell("x");
        await Probe.ExpectMsgAsync("refused");
    }

    private IActorRef StartActor() => Start((context, message) =>
    {
        switch (message)
        {
            case ReceiveTimeout:
                Probe.Ref.Tell($"timeout at {Time.GetElapsedTime(0).TotalSeconds}");
                break;
            case Func<TimeSpan?> timeout:
                context.SetReceiveTimeout(timeout());
                context.Sender.Tell(context.ReceiveTimeout?.ToString() ?? "none");
                break;
            default:
                context.Sender.Tell(message);
                break;
        }
    });

    private async Task SetAsync(IActorRef actor, TimeSpan? timeout)
    {
        actor.Tell((Func<TimeSpan?>)(() => timeout), Probe.Ref);
        await Probe.ExpectMsgAsync(timeout?.ToString() ?? "none");
    }

    private async Task NothingCameAsync(IActorRef actor) => await Probe.ExpectNothingBeforeAsync(actor, "marker");

    private sealed class WorkingActor : UntypedActor
    {
        private readonly IActorRef _probe;
        private readonly Task _work;

        public WorkingActor(IActorRef probe, Task work)
        {
            _probe = probe;
            _work = work;
            Context.SetReceiveTimeout(10 * Second);
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case ReceiveTimeout:
                    _probe.Tell("timeout");
                    break;
                case "work":
                    RunTask(WorkAsync);
                    break;
                default:
                    Sender.Tell(message);
                    break;
            }
        }

        private async Task WorkAsync()
        {
            _probe.Tell("working");
            await _work;
            _probe.Tell("worked");
        }
    }
}
