namespace BulkRelay.Tests.Actors;

/// <summary>How a parent decides on failures of its children, and what a failed actor does until then.</summary>
public sealed class SupervisionTests : ActorTest
{
    private static readonly InvalidOperationException Failure = new("broken");

    [Fact]
    public async Task Resume_keeps_the_instance_and_drops_the_message_with_a_warning()
    {
        var warnings = Listen<Warning>();
        var child = await StartSupervisedAsync(new OneForOneStrategy(_ => Directive.Resume));
        child.Tell(Failure);
        child.Tell("after");
        await Probe.ExpectMsgAsync("1 after");
        var warning = await warnings.ExpectMsgAsync<Warning>();
        warning.Cause.ShouldBe(Failure);
        warning.LogSource.ShouldBe(child.Path.ToString());
    }

    [Fact]
    public async Task Stop_ends_the_actor_and_reports_an_error()
    {
        var errors = Listen<Error>();
        var child = await StartSupervisedAsync(new OneForOneStrategy(_ => Directive.Stop));
        await Probe.WatchAsync(child);
        child.Tell(Failure);
        await Probe.ExpectMsgAsync("1 PostStop");
        await Probe.ExpectTerminatedAsync(child);
        (await errors.ExpectMsgAsync<Error>()).Cause.ShouldBe(Failure);
    }

    [Fact]
    public async Task Escalate_fails_the_parent_with_the_same_cause()
    {
        var child = await StartSupervisedAsync(new OneForOneStrategy(_ => Directive.Escalate));
        child.Tell(Failure);
        // The top-level parent is restarted by the default strategy; its default PreRestart stops the child.
        await Probe.ExpectMsgAsync("1 PreRestart(broken, none)");
        Probe.LastSender.Path.Name.ShouldBe("parent");
    }

    [Fact]
    public async Task A_parent_that_is_resumed_after_an_escalation_resumes_the_child_that_failed()
    {
        var middle = new HookedActor.Hooks { Strategy = new OneForOneStrategy(_ => Directive.Escalate) };
        var top = new HookedActor.Hooks { Strategy = new OneForOneStrategy(_ => Directive.Resume) };
        var parent = await ChildOfAsync(System.ActorOf(HookedProps(top)), middle);
        var child = await ChildOfAsync(parent, new());
        var sibling = await ChildOfAsync(parent, new());
        child.Tell(Failure);
        child.Tell("child goes on");
        await Probe.ExpectMsgAsync("1 child goes on");
        sibling.Tell("sibling goes on");
        await Probe.ExpectMsgAsync("1 sibling goes on");
        parent.Tell("parent goes on");
        await Probe.ExpectMsgAsync("1 parent goes on");
    }

    [Fact]
    public async Task The_default_restarts_on_an_exception_and_stops_a_killed_actor()
    {
        var actor = System.ActorOf(HookedProps(new()));
        await Probe.WatchAsync(actor);
        actor.Tell(Failure);
        await Probe.FishForMessageAsync<string>(m => m == "2 PreStart");
        actor.Tell(Kill.Instance);
        await Probe.ExpectMsgAsync("2 PostStop");
        await Probe.ExpectTerminatedAsync(actor);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException), Directive.Restart)]
    [InlineData(typeof(ActorInitializationException), Directive.Stop)]
    [InlineData(typeof(ActorKilledException), Directive.Stop)]
    [InlineData(typeof(DeathPactException), Directive.Stop)]
    public void The_default_decider_stops_what_could_not_start_was_killed_or_died_with_another(Type type, Directive directive)
    {
        Exception cause = type.Name switch
        {
            nameof(ActorInitializationException) => new ActorInitializationException("x"),
            nameof(ActorKilledException) => new ActorKilledException("x"),
            nameof(DeathPactException) => new DeathPactException(Probe.Ref),
            _ => Failure,
        };
        SupervisorStrategy.DefaultDecider.Decide(cause).ShouldBe(directive);
    }

    [Fact]
    public async Task A_decider_may_fall_back_on_the_default()
    {
        var strategy = new OneForOneStrategy(1, TimeSpan.FromMinutes(1), new LocalOnlyDecider(
            e => e is FormatException ? Directive.Resume : SupervisorStrategy.DefaultDecider.Decide(e)));
        var child = await StartSupervisedAsync(strategy);
        child.Tell(new FormatException());
        child.Tell("resumed");
        await Probe.ExpectMsgAsync("1 resumed");
        child.Tell(Failure);
        child.Tell("restarted");
        await Probe.FishForMessageAsync<string>(m => m == "2 restarted");
    }

    [Fact]
    public async Task The_restart_budget_stops_the_child_once_it_is_used_up()
    {
        var child = await StartSupervisedAsync(new OneForOneStrategy(2, null, _ => Directive.Restart));
        await Probe.WatchAsync(child);
        for (var i = 0; i < 3; i++)
            child.Tell(Failure);
        await Probe.FishForMessageAsync<string>(m => m == "3 PreStart");
        await Probe.ExpectMsgAsync("3 PostStop");
        await Probe.ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task The_restart_budget_is_fresh_in_the_next_window()
    {
        var child = await StartSupervisedAsync(new OneForOneStrategy(2, TimeSpan.FromMinutes(1), _ => Directive.Restart));
        await Probe.WatchAsync(child);
        child.Tell(Failure);
        child.Tell(Failure);
        await Probe.FishForMessageAsync<string>(m => m == "3 PreStart");
        Time.Advance(TimeSpan.FromSeconds(61));
        child.Tell(Failure);
        child.Tell(Failure);
        await Probe.FishForMessageAsync<string>(m => m == "5 PreStart");
        child.Tell(Failure);
        await Probe.ExpectMsgAsync("5 PostStop");
        await Probe.ExpectTerminatedAsync(child);
    }

    [Fact]
    public async Task A_budget_of_none_stops_at_the_first_failure()
    {
        var child = await StartSupervisedAsync(new OneForOneStrategy(0, null, _ => Directive.Restart));
        child.Tell(Failure);
        await Probe.ExpectMsgAsync("1 PostStop");
    }

    [Fact]
    public async Task A_constructor_that_throws_is_tried_again_if_the_strategy_says_so()
    {
        var parent = System.ActorOf(HookedProps(new() { Strategy = new OneForOneStrategy(_ => Directive.Restart) }));
        var child = await ChildOfAsync(parent, new()
        {
            Constructor = instance =>
            {
                if (instance < 3)
                    throw Failure;
            },
        });
        child.Tell("alive");
        await Probe.ExpectMsgAsync("3 alive");
    }

    [Fact]
    public async Task A_decider_that_throws_fails_the_parent()
    {
        var child = await StartSupervisedAsync(new OneForOneStrategy(_ => throw new InvalidOperationException("decider")));
        child.Tell(Failure);
        await Probe.ExpectMsgAsync("1 PreRestart(decider, none)");
    }

    [Fact]
    public async Task Siblings_notice_nothing()
    {
        var parent = System.ActorOf(HookedProps(new()));
        var failing = await ChildOfAsync(parent, new());
        var sibling = await ChildOfAsync(parent, new());
        failing.Tell(Failure);
        await Probe.FishForMessageAsync<string>(m => m == "2 PreStart");
        sibling.Tell("x");
        await Probe.ExpectMsgAsync("1 x");
    }

    [Fact]
    public async Task A_failed_actor_and_its_children_handle_nothing_until_the_decision()
    {
        using var decision = new ManualResetEventSlim();
        var strategy = new OneForOneStrategy(_ =>
        {
            Probe.Ref.Tell("deciding");
            decision.Wait(Patience).ShouldBeTrue();
            return Directive.Resume;
        });
        var failed = await StartSupervisedAsync(strategy);
        var child = await ChildOfAsync(failed, new());
        failed.Tell(Failure);
        await Probe.ExpectMsgAsync("deciding");
        // The suspension of the child was sent before the failure was reported, so these come behind it.
        child.Tell("child");
        failed.Tell("parent");
        Probe.Ref.Tell("nothing came before");
        await Probe.ExpectMsgAsync("nothing came before");
        decision.Set();
        (await Probe.ExpectMsgAsync<string>() is "1 child" or "1 parent").ShouldBeTrue();
        (await Probe.ExpectMsgAsync<string>() is "1 child" or "1 parent").ShouldBeTrue();
    }

    private Props HookedProps(HookedActor.Hooks hooks)
    {
        var probe = Probe.Ref;
        return Props.Create(() => new HookedActor(probe, hooks));
    }

    private async Task<IActorRef> StartSupervisedAsync(SupervisorStrategy strategy) =>
        await ChildOfAsync(System.ActorOf(HookedProps(new() { Strategy = strategy }), "parent"), new());

    /// <summary>Starts a child and takes what both have told so far.</summary>
    private async Task<IActorRef> ChildOfAsync(IActorRef parent, HookedActor.Hooks hooks)
    {
        var props = HookedProps(hooks);
        var child = await parent.Ask<IActorRef>(
            (Action<IActorContext>)(context => context.Sender.Tell(context.ActorOf(props), context.Self)), Patience);
        child.Tell("ready");
        await Probe.FishForMessageAsync<string>(m => m.EndsWith(" ready", StringComparison.Ordinal));
        return child;
    }
}
