namespace BulkRelay.Tests.Actors;

public sealed class LifecycleTests : ActorTest
{
    [Fact]
    public async Task An_actor_is_created_started_given_its_messages_and_stopped()
    {
        var actor = StartHooked(new());
        actor.Tell("a");
        actor.Tell(PoisonPill.Instance);
        await ExpectAsync("1 created", "1 PreStart", "1 a", "1 PostStop");
    }

    [Fact]
    public async Task Children_end_before_their_parent()
    {
        var parent = StartHooked(new());
        parent.Tell((Action<IActorContext>)(context => context.ActorOf(Props.Create(() => new HookedActor(Probe.Ref, new())), "child")));
        parent.Tell(PoisonPill.Instance);
        await Probe.FishForMessageAsync<string>(m => m == "1 PostStop");
        Probe.LastSender.Path.Name.ShouldBe("child");
        await Probe.ExpectMsgAsync("1 PostStop");
        Probe.LastSender.ShouldBe(parent);
    }

    [Fact]
    public async Task Stop_lets_the_present_message_end_and_turns_those_behind_it_into_dead_letters()
    {
        var deadLetters = Listen<DeadLetter>();
        var actor = StartHooked(new());
        actor.Tell((Action<IActorContext>)(context =>
        {
            actor.Tell("behind");
            context.Stop(context.Self);
            Probe.Ref.Tell("end of the present message");
        }));
        await ExpectAsync("1 created", "1 PreStart", "end of the present message", "1 PostStop");
        var dead = await deadLetters.ExpectMsgAsync<DeadLetter>();
        dead.Message.ShouldBe("behind");
        dead.Recipient.ShouldBe(actor);
        dead.Sender.ShouldBe(actor);
    }

    [Fact]
    public async Task PoisonPill_waits_for_the_messages_before_it()
    {
        var actor = StartHooked(new());
        for (var i = 0; i < 1000; i++)
            actor.Tell($"{i}");
        actor.Tell(PoisonPill.Instance);
        await Probe.WatchAsync(actor);
        await Probe.FishForMessageAsync<string>(m => m == "1 999");
        await Probe.ExpectMsgAsync("1 PostStop");
    }

    [Fact]
    public async Task A_constructor_that_throws_stops_the_actor_without_PostStop()
    {
        var errors = Listen<Error>();
        var actor = StartHooked(new() { Constructor = _ => throw new InvalidOperationException("no") });
        await Probe.WatchAsync(actor);
        await ExpectAsync("1 created");
        await Probe.ExpectTerminatedAsync(actor);
        var error = await errors.ExpectMsgAsync<Error>();
        error.Cause.ShouldBeOfType<InvalidOperationException>().Message.ShouldBe("no");
        error.LogSource.ShouldBe(actor.Path.ToString());
    }

    [Fact]
    public async Task A_PreStart_that_throws_stops_the_actor_without_PostStop()
    {
        var actor = StartHooked(new() { PreStart = _ => throw new InvalidOperationException("no") });
        await Probe.WatchAsync(actor);
        await ExpectAsync("1 created", "1 PreStart");
        await Probe.ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task A_PostStop_that_throws_is_reported_and_the_actor_ends_all_the_same()
    {
        var errors = Listen<Error>();
        var actor = StartHooked(new() { PostStop = () => throw new InvalidOperationException("late") });
        await Probe.WatchAsync(actor);
        System.Stop(actor);
        await Probe.ExpectTerminatedAsync(actor);
        (await errors.ExpectMsgAsync<Error>()).Cause!.Message.ShouldBe("late");
    }

    [Fact]
    public void An_actor_created_with_new_is_refused() =>
        Should.Throw<ActorInitializationException>(() => new HookedActor(Probe.Ref, new()));

    [Fact]
    public async Task Context_Self_and_Sender_cannot_be_used_outside_of_the_actor()
    {
        var actor = System.ActorOf(Props.Create(() => new LeakingActor()));
        var useLater = await actor.Ask<Func<IActorRef>>("self", Patience);
        Should.Throw<NotSupportedException>(() => useLater());
        useLater = await actor.Ask<Func<IActorRef>>("sender", Patience);
        Should.Throw<NotSupportedException>(() => useLater());
        useLater = await actor.Ask<Func<IActorRef>>("context", Patience);
        Should.Throw<NotSupportedException>(() => useLater());
    }

    [Fact]
    public async Task A_context_shows_self_parent_children_and_system()
    {
        var parent = StartHooked(new(), "parent");
        parent.Tell((Action<IActorContext>)(context =>
        {
            var child = context.ActorOf(Props.Create(() => new HookedActor(ActorRefs.Nobody, new())), "child");
            Probe.Ref.Tell(context.Self.Equals(parent) && context.System == System);
            Probe.Ref.Tell(context.Child("child").Equals(child) && context.GetChildren().Single().Equals(child));
            Probe.Ref.Tell(context.Child("none").IsNobody());
            child.Tell((Action<IActorContext>)(inner => Probe.Ref.Tell(inner.Parent.Equals(parent))));
        }));
        await ExpectAsync("1 created", "1 PreStart");
        for (var i = 0; i < 4; i++)
            await Probe.ExpectMsgAsync(true);
    }

    private async Task ExpectAsync(params string[] steps)
    {
        foreach (var step in steps)
            await Probe.ExpectMsgAsync(step);
    }

    private IActorRef StartHooked(HookedActor.Hooks hooks, string? name = null)
    {
        var probe = Probe.Ref;
        return System.ActorOf(Props.Create(() => new HookedActor(probe, hooks)), name);
    }

    private sealed class LeakingActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell((Func<IActorRef>)(message switch
        {
            "self" => () => Self,
            "sender" => () => Sender,
            _ => () => Context.Parent,
        }));
    }
}
