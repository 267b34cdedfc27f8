namespace BulkRelay.Tests.Actors;

public sealed class ActorSystemTests
{
    [Fact]
    public async Task Terminate_stops_every_actor_and_completes_when_the_last_has_ended()
    {
        var system = ActorSystem.Create("mine");
        var stopped = new TaskCompletionSource();
        system.ActorOf(Props.Create(() => new StoppingActor(stopped)));
        system.WhenTerminated.IsCompleted.ShouldBeFalse();
        await system.Terminate().WaitAsync(TimeSpan.FromSeconds(30));
        stopped.Task.IsCompleted.ShouldBeTrue();
        system.WhenTerminated.IsCompletedSuccessfully.ShouldBeTrue();
        await system.Terminate();
    }

    [Fact]
    public async Task A_terminated_system_takes_no_actor()
    {
        var system = ActorSystem.Create("mine");
        await system.Terminate().WaitAsync(TimeSpan.FromSeconds(30));
        Should.Throw<InvalidOperationException>(() => system.ActorOf(Props.Create(() => new StoppingActor(new TaskCompletionSource()))));
    }

    [Fact]
    public void Dispose_terminates_and_waits()
    {
        var system = ActorSystem.Create("mine");
        var stopped = new TaskCompletionSource();
        system.ActorOf(Props.Create(() => new StoppingActor(stopped)));
        system.Dispose();
        stopped.Task.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task An_actor_that_is_stopping_takes_no_child()
    {
        using var system = ActorSystem.Create("mine");
        var refused = new TaskCompletionSource<Exception>();
        var actor = system.ActorOf(Props.Create(() => new LateParentActor(refused)));
        system.Stop(actor);
        (await refused.Task.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeOfType<InvalidOperationException>();
    }

    [Fact]
    public void Its_name_is_part_of_every_path()
    {
        using var system = ActorSystem.Create("my-system_1");
        system.Name.ShouldBe("my-system_1");
        system.DeadLetters.Path.ToString().ShouldBe("akka://my-system_1/deadLetters");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    public void Other_names_are_refused(string name) => Should.Throw<ArgumentException>(() => ActorSystem.Create(name));

    private sealed class StoppingActor(TaskCompletionSource stopped) : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);

        protected override void PostStop() => stopped.SetResult();
    }

    private sealed class LateParentActor(TaskCompletionSource<Exception> refused) : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);

        protected override void PostStop() => refused.SetResult(
            Should.Throw<Exception>(() => Context.ActorOf(Props.Create(() => new StoppingActor(new TaskCompletionSource())))));
    }
}
