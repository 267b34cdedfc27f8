namespace BulkRelay.Tests.Actors;

/// <summary>What a restart keeps and what it replaces; the defaults of its hooks.</summary>
public sealed class RestartTests : ActorTest
{
    private static readonly InvalidOperationException Failure = new("broken");

    [Fact]
    public async Task A_restart_replaces_the_instance_drops_the_failing_message_and_keeps_reference_and_mailbox()
    {
        var actor = Start(new());
        actor.Tell("before");
        actor.Tell(Failure);
        actor.Tell("after");
        await ExpectAsync(
            "1 created", "1 PreStart", "1 before", "1 PreRestart(broken, broken)", "1 PostStop",
            "2 created", "2 PostRestart(broken)", "2 PreStart", "2 after");
    }

    [Fact]
    public async Task By_default_PreRestart_stops_the_children_and_the_new_instance_waits_for_their_end()
    {
        var actor = Start(new());
        await StartChildAsync(actor);
        actor.Tell(Failure);
        await ExpectAsync(
            "1 PreRestart(broken, broken)", "1 PostStop",
            "child: 1 PostStop", "2 created", "2 PostRestart(broken)", "2 PreStart");
    }

    [Fact]
    public async Task Children_that_PreRestart_keeps_are_restarted_with_the_same_cause()
    {
        var actor = Start(new() { KeepChildren = true });
        await StartChildAsync(actor);
        actor.Tell(Failure);
        await ExpectAsync(
            "1 PreRestart(broken, broken)",
            "2 created", "2 PostRestart(broken)", "2 PreStart",
            "child: 1 PreRestart(broken, none)", "child: 1 PostStop",
            "child: 2 created", "child: 2 PostRestart(broken)", "child: 2 PreStart");
        actor.Tell((Action<IActorContext>)(context => context.Child("child").Tell("alive")));
        await ExpectAsync("child: 2 alive");
    }

    [Fact]
    public async Task A_PreRestart_that_throws_is_reported_and_the_restart_goes_on()
    {
        var errors = Listen<Error>();
        var actor = Start(new() { PreRestart = () => throw new InvalidOperationException("hook") });
        actor.Tell(Failure);
        actor.Tell("after");
        await Probe.FishForMessageAsync<string>(m => m == "2 after");
        var error = await errors.FishForMessageAsync<Error>(e => e.Cause is PreRestartException);
        var cause = error.Cause.ShouldBeOfType<PreRestartException>();
        cause.RestartException.Message.ShouldBe("hook");
        cause.OptionalMessage.ShouldBe(Failure);
    }

    [Fact]
    public async Task A_PostRestart_that_throws_stops_the_actor()
    {
        var actor = Start(new() { PostRestart = () => throw new InvalidOperationException("hook") });
        await Probe.WatchAsync(actor);
        var failures = Listen<Error>();
        actor.Tell(Failure);
        await Probe.ExpectTerminatedAsync(actor);
        await failures.FishForMessageAsync<Error>(e => e.Cause is InvalidOperationException { Message: "hook" });
    }

    [Fact]
    public async Task A_restart_begins_with_the_first_behaviour()
    {
        var probe = Probe.Ref;
        var actor = System.ActorOf(Props.Create(() => new MoodyActor(probe)));
        actor.Tell("become");
        actor.Tell("x");
        await Probe.ExpectMsgAsync("second behaviour: x");
        actor.Tell(Failure);
        actor.Tell("x");
        await Probe.ExpectMsgAsync("first behaviour: x");
    }

    [Fact]
    public async Task Arguments_are_evaluated_once_so_a_new_instance_gets_the_same_objects()
    {
        var evaluated = 0;
        var probe = Probe.Ref;
        Func<List<string>> newList = () =>
        {
            evaluated++;
            return [];
        };
        var actor = System.ActorOf(Props.Create(() => new ListActor(probe, newList())));
        actor.Tell("a");
        actor.Tell(Failure);
        actor.Tell("b");
        await Probe.ExpectMsgAsync("a");
        await Probe.ExpectMsgAsync("a b");
        evaluated.ShouldBe(1);
    }

    [Fact]
    public async Task A_watch_outlives_the_restart()
    {
        var subject = Start(new());
        var watcher = Start(new());
        watcher.Tell((Action<IActorContext>)(context => context.WatchWith(subject, "subject ended")));
        watcher.Tell(Failure);
        watcher.Tell("restarted");
        await Probe.FishForMessageAsync<string>(m => m == "2 restarted");
        System.Stop(subject);
        await Probe.FishForMessageAsync<string>(m => m == "2 subject ended");
    }

    private async Task ExpectAsync(params string[] steps)
    {
        foreach (var step in steps)
        {
            var message = await Probe.ExpectMsgAsync<string>();
            (Probe.LastSender.Path.Name == "child" ? "child: " + message : message).ShouldBe(step);
        }
    }

    private IActorRef Start(HookedActor.Hooks hooks)
    {
        var probe = Probe.Ref;
        return System.ActorOf(Props.Create(() => new HookedActor(probe, hooks)));
    }

    private async Task StartChildAsync(IActorRef parent)
    {
        var probe = Probe.Ref;
        var hooks = new HookedActor.Hooks();
        var props = Props.Create(() => new HookedActor(probe, hooks));
        parent.Tell((Action<IActorContext>)(context => context.ActorOf(props, "child").Tell("ready")));
        await Probe.FishForMessageAsync<string>(m => m == "1 ready");
    }

    private sealed class ListActor(IActorRef probe, List<string> seen) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Exception failure)
                throw failure;
            seen.Add((string)message);
            probe.Tell(string.Join(' ', seen));
        }
    }

    private sealed class MoodyActor(IActorRef probe) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "become")
                Become(Second);
            else
                probe.Tell($"first behaviour: {message}");
        }

        private void Second(object message)
        {
            if (message is Exception failure)
                throw failure;
            probe.Tell($"second behaviour: {message}");
        }
    }
}
