using BenchmarkDotNet.Attributes;

namespace BulkRelay.Benchmarks;

/// <summary>What a message between actors costs: in a stream, and as a ball between two that wait for each other.</summary>
[MemoryDiagnoser]
public class ActorTellBenchmarks
{
    private const int Messages = 100_000;
    private static readonly object Message = new();

    private ActorSystem _system = null!;
    private IActorRef _counter = null!;
    private IActorRef _first = null!;
    private IActorRef _second = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create("benchmark");
        _counter = _system.ActorOf(Props.Create(() => new CountingActor()));
        _first = _system.ActorOf(Props.Create(() => new PlayerActor()));
        _second = _system.ActorOf(Props.Create(() => new PlayerActor()));
    }

    [GlobalCleanup]
    public void Stop() => _system.Dispose();

    /// <summary>One thread tells, one actor receives.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public Task TellFromOneSender() => CountAsync(senders: 1);

    /// <summary>Four threads tell one actor.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public Task TellFromFourSenders() => CountAsync(senders: 4);

    /// <summary>There is one message: each is received before the next is sent.</summary>
    [Benchmark(OperationsPerInvoke = Messages)]
    public Task PingPong()
    {
        var game = new Game(Messages);
        _first.Tell(game, _second);
        return game.Over.Task;
    }

    private async Task CountAsync(int senders)
    {
        var round = new Round(Messages);
        _counter.Tell(round, ActorRefs.NoSender);
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < Messages / senders; i++)
                _counter.Tell(Message, ActorRefs.NoSender);
        })));
        await round.Over.Task;
    }

    private sealed record Round(int Messages)
    {
        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Game(int Messages)
    {
        public int Played { get; set; }

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class CountingActor : UntypedActor
    {
        private Round _round = new(0);
        private int _left;

        protected override void OnReceive(object message)
        {
            if (message is Round round)
            {
                _round = round;
                _left = round.Messages;
            }
            else if (--_left == 0)
                _round.Over.SetResult();
        }
    }

    private sealed class PlayerActor : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            var game = (Game)message;
            if (++game.Played == game.Messages)
                game.Over.SetResult();
            else
                Sender.Tell(game, Self);
        }
    }
}
