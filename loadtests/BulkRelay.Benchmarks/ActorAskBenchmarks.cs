using BenchmarkDotNet.Attributes;

namespace BulkRelay.Benchmarks;

/// <summary>What a question and its answer cost, with and without a time-out.</summary>
[MemoryDiagnoser]
public class ActorAskBenchmarks
{
    private static readonly object Question = new();

    private ActorSystem _system = null!;
    private IActorRef _actor = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create("benchmark");
        _actor = _system.ActorOf(Props.Create(() => new AnsweringActor()));
    }

    [GlobalCleanup]
    public void Stop() => _system.Dispose();

    [Benchmark]
    public Task<object> Ask() => _actor.Ask<object>(Question);

    [Benchmark]
    public Task<object> AskWithTimeout() => _actor.Ask<object>(Question, TimeSpan.FromSeconds(30));

    private sealed class AnsweringActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
