using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Actors;

/// <summary>A test with a system of its own, on a clock of its own.</summary>
public abstract class ActorTest : IAsyncLifetime
{
    /// <summary>Ignores its messages.</summary>
    protected static readonly Action<IActorContext, object> Nothing = (_, _) => { };

    protected ActorTest()
    {
        System = ActorSystem.Create("test", Time);
        Probe = new TestProbe(System, "probe");
    }

    protected static TimeSpan Patience => TestProbe.Patience;

    protected FakeTimeProvider Time { get; } = new();

    protected ActorSystem System { get; }

    protected TestProbe Probe { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await System.Terminate().WaitAsync(Patience);

    /// <summary>A probe that is subscribed to a type of event.</summary>
    protected TestProbe Listen<T>()
    {
        var probe = new TestProbe(System);
        System.EventStream.Subscribe(probe.Ref, typeof(T)).ShouldBeTrue();
        return probe;
    }

    /// <summary>Starts an actor that handles messages by the given function; its context is the first argument.</summary>
    protected IActorRef Start(Action<IActorContext, object> receive, string? name = null) =>
        System.ActorOf(Props.Create(() => new FunctionActor(receive)), name);

    protected sealed class FunctionActor(Action<IActorContext, object> receive) : UntypedActor
    {
        protected override void OnReceive(object message) => receive(Context, message);
    }
}
