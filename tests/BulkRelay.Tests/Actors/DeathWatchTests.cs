using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Actors;

public sealed class DeathWatchTests : ActorTest
{
    [Fact]
    public async Task Who_watches_receives_Terminated_from_the_one_that_ended()
    {
        var subject = new TestProbe(System).Ref;
        await Probe.WatchAsync(subject);
        System.Stop(subject);
        var terminated = await Probe.ExpectMsgAsync<Terminated>();
        terminated.ActorRef.ShouldBe(subject);
        terminated.ExistenceConfirmed.ShouldBeTrue();
        terminated.AddressTerminated.ShouldBeFalse();
        Probe.LastSender.ShouldBe(subject);
    }

    [Fact]
    public async Task To_watch_one_that_has_ended_gives_Terminated_at_once()
    {
        var subject = new TestProbe(System).Ref;
        await subject.GracefulStop(Patience);
        await Probe.WatchAsync(subject);
        await Probe.ExpectTerminatedAsync(subject);
    }

    [Fact]
    public async Task A_parent_that_watches_its_child_is_told_once()
    {
        var parent = Start((context, message) =>
        {
            if (message is "start")
                context.Stop(context.Watch(context.ActorOf(Props.Create(() => new FunctionActor(Nothing)))));
            else
                Probe.Ref.Tell(message is Terminated ? "ended" : message);
        });
        parent.Tell("start");
        await Probe.ExpectMsgAsync("ended");
        await Probe.ExpectNothingBeforeAsync(parent, "marker");
    }

    [Fact]
    public async Task WatchWith_sends_the_message_given()
    {
        var subject = new TestProbe(System).Ref;
        var watcher = Watcher();
        watcher.Tell((Action<IActorContext>)(context => context.WatchWith(subject, "gone")));
        System.Stop(subject);
        await Probe.ExpectMsgAsync("gone");
    }

    [Fact]
    public async Task To_watch_again_is_nothing_but_with_another_message_an_error()
    {
        var subject = new TestProbe(System).Ref;
        var watcher = Watcher();
        watcher.Tell((Action<IActorContext>)(context =>
        {
            context.Watch(subject);
            context.Watch(subject);
            Should.Throw<InvalidOperationException>(() => context.WatchWith(subject, "gone"));
            context.Unwatch(subject);
            context.WatchWith(subject, "gone");
            context.WatchWith(subject, "gone");
            Probe.Ref.Tell("done");
        }));
        await Probe.ExpectMsgAsync("done");
        System.Stop(subject);
        await Probe.ExpectMsgAsync("gone");
        await Probe.ExpectNothingBeforeAsync(watcher, "marker");
    }

    [Fact]
    public async Task Unwatch_drops_a_notice_that_is_already_in_the_mailbox()
    {
        var subject = new TestProbe(System).Ref;
        using var ended = new ManualResetEventSlim();
        var watcher = Watcher();
        watcher.Tell((Action<IActorContext>)(context => context.Watch(subject)));
        watcher.Tell((Action<IActorContext>)(_ => ended.Wait(Patience).ShouldBeTrue()));
        // Before the next message the system message comes that the subject has ended; its notice queues behind that message.
        watcher.Tell((Action<IActorContext>)(context => context.Unwatch(subject)));
        (await subject.GracefulStop(Patience)).ShouldBeTrue();
        ended.Set();
        await Probe.ExpectNothingBeforeAsync(watcher, "marker");
        await Probe.ExpectNothingBeforeAsync(watcher, "marker");
    }

    [Fact]
    public async Task Terminated_comes_behind_the_messages_sent_before_the_end()
    {
        var subject = Start((context, message) =>
        {
            for (var i = 0; i < 100; i++)
                Probe.Ref.Tell($"{message}{i}");
            context.Stop(context.Self);
        });
        await Probe.WatchAsync(subject);
        subject.Tell("m");
        for (var i = 0; i < 100; i++)
            await Probe.ExpectMsgAsync($"m{i}");
        await Probe.ExpectMsgAsync<Terminated>();
    }

    [Fact]
    public async Task An_unhandled_Terminated_is_a_death_pact()
    {
        var errors = Listen<Error>();
        var subject = new TestProbe(System).Ref;
        var partner = System.ActorOf(Props.Create(() => new PartnerActor(subject)));
        await Probe.WatchAsync(partner);
        System.Stop(subject);
        await Probe.ExpectTerminatedAsync(partner);
        var pact = (await errors.ExpectMsgAsync<Error>()).Cause.ShouldBeOfType<DeathPactException>();
        pact.DeadActor.ShouldBe(subject);
        pact.Message.ShouldBe($"Monitored actor [{subject}] terminated");
    }

    [Fact]
    public async Task A_watch_on_oneself_and_on_nobody_does_nothing()
    {
        var watcher = Watcher();
        watcher.Tell((Action<IActorContext>)(context =>
        {
            context.Watch(context.Self);
            context.Watch(ActorRefs.Nobody);
            context.Unwatch(ActorRefs.Nobody);
        }));
        await Probe.ExpectNothingBeforeAsync(watcher, "marker");
    }

    [Fact]
    public async Task The_one_who_asked_can_be_watched()
    {
        var watcher = Start((context, message) =>
        {
            if (message is "question")
                context.Watch(context.Sender).Tell("answer");
            else
                Probe.Ref.Tell(message is Terminated ? "ended" : message);
        });
        (await watcher.Ask<string>("question", Patience)).ShouldBe("answer");
        await Probe.ExpectMsgAsync("ended");
    }

    [Fact]
    public async Task GracefulStop_is_true_once_the_actor_has_ended()
    {
        var actor = Start((_, message) => Probe.Ref.Tell(message));
        actor.Tell("before");
        (await actor.GracefulStop(Patience)).ShouldBeTrue();
        await Probe.ExpectMsgAsync("before");
        (await actor.GracefulStop(Patience)).ShouldBeTrue();
        (await ActorRefs.Nobody.GracefulStop(Patience)).ShouldBeTrue();
    }

    [Fact]
    public async Task GracefulStop_is_false_when_time_is_up()
    {
        var actor = Start(Nothing);
        var stopped = actor.GracefulStop(TimeSpan.FromSeconds(5), "not a message that it stops on");
        await Time.WaitForTimersAsync();
        Time.Advance(TimeSpan.FromSeconds(4));
        stopped.IsCompleted.ShouldBeFalse();
        Time.Advance(TimeSpan.FromSeconds(1));
        (await stopped.WaitAsync(Patience)).ShouldBeFalse();
    }

    [Fact]
    public async Task GracefulStop_may_use_a_message_of_the_actor()
    {
        var actor = Start((context, message) =>
        {
            if (message is "finish")
                context.Stop(context.Self);
        });
        (await actor.GracefulStop(Patience, "finish")).ShouldBeTrue();
    }

    /// <summary>Runs actions and passes everything else to the probe.</summary>
    private IActorRef Watcher() => Start((context, message) =>
    {
        if (message is Action<IActorContext> action)
            action(context);
        else
            Probe.Ref.Tell(message);
    });

    private sealed class PartnerActor : UntypedActor
    {
        public PartnerActor(IActorRef subject) => Context.Watch(subject);

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
