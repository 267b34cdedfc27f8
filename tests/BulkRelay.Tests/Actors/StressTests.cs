using System.Runtime.CompilerServices;

namespace BulkRelay.Tests.Actors;

/// <summary>What must hold when many threads meet: order, no message lost, no wake-up lost, nothing kept.</summary>
public sealed class StressTests : ActorTest
{
    [Fact]
    public async Task Messages_of_each_of_many_senders_arrive_in_their_order_and_all_of_them()
    {
        const int Senders = 64, Each = 10_000;
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = System.ActorOf(Props.Create(() => new OrderActor(Senders, Each, done)));
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
                receiver.Tell(new Numbered(sender, i), ActorRefs.NoSender);
        })));
        (await done.Task.WaitAsync(Patience)).ShouldBe("in order");
    }

    [Fact]
    public async Task No_wake_up_is_lost_when_a_mailbox_empties_as_messages_come()
    {
        // A ball per pair: each turn handles one message and ends as the next is being sent, so every one passes through the narrow place.
        const int Pairs = 8, Rounds = 50_000;
        var games = Enumerable.Range(0, Pairs).Select(_ => PlayAsync(Rounds));
        await Task.WhenAll(games).WaitAsync(Patience);
    }

    [Fact]
    public async Task No_wake_up_is_lost_between_ordinary_and_system_messages()
    {
        const int Rounds = 50_000;
        var watcher = System.ActorOf(Props.Create(() => new IgnoringActor()));
        var subject = System.ActorOf(Props.Create(() => new WatchingActor(watcher)));
        for (var i = 0; i < Rounds; i += 10)
        {
            for (var j = 0; j < 10; j++)
                subject.Tell("toggle");
            (await subject.Ask<int>("count", Patience)).ShouldBe(i + 10);
        }
    }

    [Fact]
    public async Task After_a_million_actors_nothing_of_them_is_left()
    {
        const int Actors = 1_000_000, AtOnce = 256;
        var samples = new List<WeakReference>();
        var parent = System.ActorOf(Props.Create(() => new BreedingActor(AtOnce, samples)));
        (await parent.Ask<int>(Actors, TimeSpan.FromMinutes(1))).ShouldBe(0);
        samples.Count.ShouldBe(Actors / 1000);
        Collect(() => samples.TrueForAll(s => !s.IsAlive)).ShouldBeTrue();
    }

    [Fact]
    public async Task An_actor_that_has_ended_can_be_collected()
    {
        var (actor, instance) = await StartAndStopAsync();
        Collect(() => !instance.IsAlive).ShouldBeTrue();
        GC.KeepAlive(actor);
    }

    /// <summary>
    /// Collects garbage until the condition holds; a thread that was just in an actor may keep its last reference for a moment.
    /// </summary>
    private static bool Collect(Func<bool> condition)
    {
        for (var i = 0; i < 20 && !condition(); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return condition();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private async Task<(IActorRef Actor, WeakReference Instance)> StartAndStopAsync()
    {
        var actor = System.ActorOf(Props.Create(() => new ConfessingActor()));
        var instance = await actor.Ask<WeakReference>("who", Patience);
        (await actor.GracefulStop(Patience)).ShouldBeTrue();
        return (actor, instance);
    }

    private Task PlayAsync(int rounds)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = System.ActorOf(Props.Create(() => new PlayerActor(rounds, done)));
        var first = System.ActorOf(Props.Create(() => new PlayerActor(rounds, done)));
        first.Tell(0, second);
        return done.Task;
    }

    private sealed record Numbered(int Sender, int Number);

    private sealed class OrderActor(int senders, int each, TaskCompletionSource<string> done) : UntypedActor
    {
        private readonly int[] _next = new int[senders];
        private int _left = senders * each;

        protected override void OnReceive(object message)
        {
            var numbered = (Numbered)message;
            if (_next[numbered.Sender]++ != numbered.Number)
                done.TrySetResult($"sender {numbered.Sender}: {numbered.Number} came as number {_next[numbered.Sender] - 1}");
            if (--_left == 0)
                done.TrySetResult("in order");
        }
    }

    private sealed class PlayerActor(int rounds, TaskCompletionSource done) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if ((int)message >= rounds)
                done.TrySetResult();
            else
                Sender.Tell((int)message + 1);
        }
    }

    private sealed class IgnoringActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }

    /// <summary>Makes the other actor handle a system message for each ordinary one of its own.</summary>
    private sealed class WatchingActor(IActorRef other) : UntypedActor
    {
        private int _toggles;

        protected override void OnReceive(object message)
        {
            if (message is "count")
            {
                Sender.Tell(_toggles);
                return;
            }
            if (_toggles++ % 2 == 0)
                Context.Watch(other);
            else
                Context.Unwatch(other);
        }
    }

    /// <summary>Starts children that stop at once, so many at a time; answers, when all have ended, how many there still are.</summary>
    private sealed class BreedingActor(int atOnce, List<WeakReference> samples) : UntypedActor
    {
        private IActorRef _asker = ActorRefs.Nobody;
        private int _toStart;
        private int _toEnd;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case int count:
                    _asker = Sender;
                    _toStart = _toEnd = count;
                    for (var i = 0; i < atOnce; i++)
                        StartOne();
                    break;
                case Terminated:
                    StartOne();
                    if (--_toEnd == 0)
                        _asker.Tell(Context.GetChildren().Count());
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }

        private void StartOne()
        {
            if (_toStart == 0)
                return;
            var child = Context.Watch(Context.ActorOf(ShortLivedActor.Props));
            child.Tell("live");
            if (--_toStart % 1000 == 0)
                samples.Add(new WeakReference(child));
        }
    }

    private sealed class ShortLivedActor : UntypedActor
    {
        public static readonly Props Props = Props.Create(() => new ShortLivedActor());

        protected override void OnReceive(object message) => Context.Stop(Self);
    }

    private sealed class ConfessingActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(new WeakReference(this));
    }
}
