using Akka.Actor;
using BenchmarkDotNet.Attributes;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Smtp;

namespace BulkRelay.Benchmarks;

/// <summary>
/// What the queue's own work costs for a message: intake, actors, outcome, log; store and transport do nothing. From 20 sessions, to one
/// destination and to 10,000.
/// </summary>
[MemoryDiagnoser]
public class QueueBenchmarks
{
    private const int Messages = 100_000;
    private const int Sessions = 20;

    private ActorSystem _system = null!;
    private QueueServices _services = null!;
    private MailLog _log = null!;
    private CountdownEvent _left = null!;

    [Params(1, 10_000)]
    public int Destinations { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _log = new MailLog(() => Stream.Null, "relay", TimeProvider.System);
        var qmgr = _log.For("postfix", "qmgr");
        var transports = new Dictionary<string, TransportService> { ["smtp"] = new(new InstantTransport(), _log.For("postfix", "smtp"), 100) };
        var configuration = new QueueConfiguration(ConfigSnapshot.With(),
            static (recipient, _, _, _) => new(new Route(new DestinationKey("smtp", recipient[(recipient.IndexOf('@') + 1)..]))), transports);
        _services = new QueueServices(configuration)
        {
            Store = new InstantStore(() => _left.Signal()),
            Time = TimeProvider.System,
            BuildReport = static _ => [],
            Log = qmgr,
            BounceLog = qmgr,
        };
        _system = ActorSystem.Create("bench");
        _services.Start(_system);
    }

    [GlobalCleanup]
    public void Stop()
    {
        _system.Terminate().Wait();
        _log.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public void Message_through_the_queue()
    {
        _left = new CountdownEvent(Messages);
        Parallel.For(0, Sessions, new ParallelOptions { MaxDegreeOfParallelism = Sessions }, Submit);
        _left.Wait();
    }

    private void Submit(int session)
    {
        var content = new MessageContent([new byte[4096]]);
        for (var i = session; i < Messages; i += Sessions)
        {
            var id = _services.Intake.NextMessageId();
            var now = DateTimeOffset.UtcNow;
            var envelope = new MessageEnvelope { Id = id, QueueId = QueueId.Format(now, id, false), Arrived = now, Sender = "a@example.org", Size = 4096 };
            var message = new IncomingMessage(envelope, [new IncomingRecipient($"user@d{i % Destinations}.test")], content);
            var result = _services.Intake.SubmitAsync(message, default);
            if (!result.IsCompletedSuccessfully) result.AsTask().Wait();
        }
    }

    private sealed class InstantTransport : ITransport, IDeliveryAgent
    {
        private static readonly EnhancedStatus Ok = new(2, 0, 0);

        public string Name => "smtp";

        public IDeliveryAgent CreateAgent(DestinationKey destination) => this;

        public Task<DeliveryOutcome> DeliverAsync(DeliveryRequest request, CancellationToken cancel) => Task.FromResult(new DeliveryOutcome(
            [new RecipientOutcome(request.Entry.Recipients[0], DeliveryAction.Delivered, Ok, "250 2.0.0 Ok: queued as 12345") { Relay = "mx.test[192.0.2.1]:25" }])
        { Began = DateTimeOffset.UtcNow });

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
