using BenchmarkDotNet.Attributes;

namespace BulkRelay.Benchmarks;

/// <summary>What the life of an actor costs that handles one message: creation, message, stop and the notice to the one who watches.</summary>
[MemoryDiagnoser]
public class ActorSpawnBenchmarks
{
    private const int Actors = 10_000;

    private ActorSystem _system = null!;
    private IActorRef _parent = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create("benchmark");
        _parent = _system.ActorOf(Props.Create(() => new ParentActor()));
    }

    [GlobalCleanup]
    public void Stop() => _system.Dispose();

    [Benchmark(OperationsPerInvoke = Actors)]
    public Task<bool> LiveAndEnd() => _parent.Ask<bool>(Actors);

    private sealed class ParentActor : UntypedActor
    {
        private const int AtOnce = 64;
        private const string Name = "name";

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
                    for (var i = 0; i < AtOnce; i++)
                        StartOne();
                    break;
                case Terminated:
                    StartOne();
                    if (--_toEnd == 0)
                        _asker.Tell(true);
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }

        private void StartOne()
        {
            if (_toStart-- > 0)
                Context.Watch(Context.ActorOf(Props.Create(() => new ShortLivedActor(Name)))).Tell(Name);
        }
    }

    private sealed class ShortLivedActor(string name) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (!name.Equals(message))
                Unhandled(message);
            Context.Stop(Self);
        }
    }
}
