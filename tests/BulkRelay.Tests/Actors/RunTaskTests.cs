namespace BulkRelay.Tests.Actors;

/// <summary>Asynchronous handlers: one message at a time also across awaits, and inside the actor after each.</summary>
public sealed class RunTaskTests : ActorTest
{
    private readonly TaskCompletionSource _work = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task No_other_message_is_handled_until_the_task_has_ended()
    {
        var actor = StartActor(async probe =>
        {
            probe.Tell("begin");
            await _work.Task;
            await Task.Yield();
            probe.Tell("end");
        });
        actor.Tell("run");
        actor.Tell("next");
        await Probe.ExpectMsgAsync("begin");
        _work.SetResult();
        await Probe.ExpectMsgAsync("end");
        await Probe.ExpectMsgAsync("next");
    }

    [Fact]
    public async Task Self_Sender_and_Context_are_valid_after_an_await()
    {
        var probe = Probe.Ref;
        var actor = System.ActorOf(Props.Create(() => new AwaitingActor(probe, _work.Task)));
        actor.Tell("run", Probe.Ref);
        _work.SetResult();
        await Probe.ExpectMsgAsync($"self={actor} sender={Probe.Ref} parent=akka://test/user");
        Probe.LastSender.ShouldBe(actor);
    }

    [Fact]
    public async Task What_it_throws_after_an_await_is_a_failure_of_the_actor()
    {
        var errors = Listen<Error>();
        var actor = StartActor(async _ =>
        {
            await _work.Task;
            throw new FormatException("late");
        });
        actor.Tell("run");
        actor.Tell("after the restart");
        _work.SetResult();
        await Probe.ExpectMsgAsync("after the restart");
        (await errors.ExpectMsgAsync<Error>()).Cause.ShouldBeOfType<FormatException>();
    }

    [Fact]
    public async Task What_it_throws_at_once_is_a_failure_of_the_actor()
    {
        var errors = Listen<Error>();
        var actor = StartActor(_ => Task.FromException(new FormatException("early")));
        actor.Tell("run");
        actor.Tell("after the restart");
        await Probe.ExpectMsgAsync("after the restart");
        (await errors.ExpectMsgAsync<Error>()).Cause.ShouldBeOfType<FormatException>();
    }

    [Fact]
    public async Task A_cancellation_is_a_failure_too()
    {
        var errors = Listen<Error>();
        var actor = StartActor(async _ =>
        {
            await _work.Task;
            throw new OperationCanceledException();
        });
        actor.Tell("run");
        _work.SetResult();
        (await errors.ExpectMsgAsync<Error>()).Cause.ShouldBeAssignableTo<OperationCanceledException>();
    }

    [Fact]
    public async Task Work_that_runs_in_parallel_comes_back_one_at_a_time()
    {
        var inside = 0;
        var actor = StartActor(async probe =>
        {
            async Task OneAsync()
            {
                for (var i = 0; i < 100; i++)
                {
                    await Task.Yield();
                    Interlocked.Increment(ref inside).ShouldBe(1);
                    Interlocked.Decrement(ref inside);
                }
            }
            await Task.WhenAll(OneAsync(), OneAsync(), OneAsync(), OneAsync());
            probe.Tell("end");
        });
        actor.Tell("run");
        await Probe.ExpectMsgAsync("end");
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_handler_but_the_handler_runs_to_its_end()
    {
        var actor = StartActor(async probe =>
        {
            probe.Tell("begin");
            try
            {
                await _work.Task;
            }
            finally
            {
                probe.Tell("finally");
            }
        });
        await Probe.WatchAsync(actor);
        actor.Tell("run");
        await Probe.ExpectMsgAsync("begin");
        System.Stop(actor);
        await Probe.ExpectTerminatedAsync(actor);
        _work.SetResult();
        await Probe.ExpectMsgAsync("finally");
    }

    [Fact]
    public async Task A_handler_of_a_replaced_instance_that_fails_does_not_fail_its_successor()
    {
        var errors = Listen<Error>();
        var actor = StartActor(async probe =>
        {
            probe.Tell("begin");
            await _work.Task;
            throw new FormatException("of the old instance");
        });
        actor.Tell("fail and run");
        await Probe.ExpectMsgAsync("begin");
        await errors.FishForMessageAsync<Error>(e => e.Cause is InvalidOperationException);
        actor.Tell("next");
        _work.SetResult();
        await errors.FishForMessageAsync<Error>(e => e.Cause is FormatException);
        await Probe.ExpectMsgAsync("next");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_of_the_constructor_or_of_PreStart_ends_before_the_first_message(bool inConstructor)
    {
        var probe = Probe.Ref;
        var work = _work.Task;
        var actor = System.ActorOf(Props.Create(() => new EarlyActor(probe, work, inConstructor)));
        actor.Tell("message");
        await Probe.ExpectMsgAsync("begin");
        _work.SetResult();
        await Probe.ExpectMsgAsync("end");
        await Probe.ExpectMsgAsync("message");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_of_the_constructor_or_of_PreStart_that_fails_is_a_failure_of_the_actor(bool inConstructor)
    {
        var errors = Listen<Error>();
        var probe = Probe.Ref;
        var work = _work.Task;
        System.ActorOf(Props.Create(() => new EarlyActor(probe, work, inConstructor)));
        await Probe.ExpectMsgAsync("begin");
        _work.SetException(new FormatException("early"));
        (await errors.ExpectMsgAsync<Error>()).Message.ShouldBe("early (Restart)");
    }

    [Fact]
    public async Task A_task_outside_of_the_actor_is_refused()
    {
        var actor = System.ActorOf(Props.Create(() => new EscapingActor()));
        var escape = await actor.Ask<Action>("x", Patience);
        Should.Throw<NotSupportedException>(escape);
    }

    private IActorRef StartActor(Func<IActorRef, Task> work)
    {
        var probe = Probe.Ref;
        return System.ActorOf(Props.Create(() => new AsyncActor(probe, work)));
    }

    private sealed class AsyncActor(IActorRef probe, Func<IActorRef, Task> work) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "run":
                    RunTask(() => work(probe));
                    break;
                case "fail and run":
                    RunTask(() => work(probe));
                    throw new InvalidOperationException("with a handler under way");
                default:
                    probe.Tell(message);
                    break;
            }
        }
    }

    private sealed class AwaitingActor(IActorRef probe, Task work) : UntypedActor
    {
        protected override void OnReceive(object message) => RunTask(RunAsync);

        private async Task RunAsync()
        {
            await work;
            probe.Tell($"self={Self} sender={Sender} parent={Context.Parent.Path}");
        }
    }

    private sealed class EarlyActor : UntypedActor
    {
        private readonly IActorRef _probe;
        private readonly Task _work;
        private readonly bool _inConstructor;

        public EarlyActor(IActorRef probe, Task work, bool inConstructor)
        {
            _probe = probe;
            _work = work;
            _inConstructor = inConstructor;
            if (inConstructor)
                RunTask(WorkAsync);
        }

        protected override void PreStart()
        {
            if (!_inConstructor)
                RunTask(WorkAsync);
        }

        protected override void OnReceive(object message) => _probe.Tell(message);

        private async Task WorkAsync()
        {
            _probe.Tell("begin");
            await _work;
            _probe.Tell("end");
        }
    }

    private sealed class EscapingActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell((Action)(() => RunTask(() => Task.CompletedTask)));
    }
}
