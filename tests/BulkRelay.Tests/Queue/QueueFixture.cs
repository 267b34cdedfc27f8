using System.Text;
using BulkRelay.Core;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Journal;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue;

/// <summary>A queue with a clock, a store and transports of the test's own.</summary>
internal sealed class QueueFixture : IAsyncDisposable
{
    private readonly MemoryStream _logged = new();
    private readonly MailLog _log;
    private readonly ActorSystem _system;
    private readonly (string, string)[] _settings;

    public QueueFixture(params (string Name, string Value)[] settings) : this(new FakeTimeProvider(), new InMemoryQueueStore(), null, settings)
    {
    }

    /// <summary>Goes on with the store and the clock of another one, as after a restart of the process.</summary>
    public QueueFixture(QueueFixture predecessor) : this(predecessor.Time, predecessor.Memory, predecessor.Store, predecessor._settings) =>
        Journal = predecessor.Journal;

    /// <summary>Works with a store that stands before the memory.</summary>
    public QueueFixture(InMemoryQueueStore memory, IQueueStore store, params (string Name, string Value)[] settings)
        : this(new FakeTimeProvider(), memory, store, settings)
    {
    }

    private QueueFixture(FakeTimeProvider time, InMemoryQueueStore memory, IQueueStore? store, (string Name, string Value)[] settings)
    {
        _settings = settings;
        Time = time;
        Memory = memory;
        Store = store ?? memory;
        _log = new MailLog(() => _logged, "relay", Time);
        _system = ActorSystems.Create("queue-test", Time);
        Route = (recipient, _, _, _) => ValueTask.FromResult(new Route(new DestinationKey("smtp", recipient[(recipient.IndexOf('@') + 1)..])));
    }

    public FakeTimeProvider Time { get; }

    public ActorSystem System => _system;

    public InMemoryQueueStore Memory { get; }

    /// <summary>What the queue works with: the memory, or a store in front of it.</summary>
    public IQueueStore Store { get; }

    public FakeTransport Smtp { get; } = new("smtp");

    public FakeTransport Relay { get; } = new("relay");

    /// <summary>In this transport's name mail is deferred that is not taken to its own.</summary>
    public FakeTransport Retry { get; } = new("retry");

    public RouteRecipient Route { get; set; }

    public ReportBuilder Report { get; set; } = _ => [];

    public int ProcessLimit { get; init; } = 100;

    /// <summary>Where destinations keep what they learn; null if nothing is kept.</summary>
    internal IJournalDatabase? Journal { get; init; }

    public QueueServices Services { get; private set; } = null!;

    public IActorRef Queue { get; private set; } = ActorRefs.Nobody;

    public QueueFixture Start()
    {
        Services = new QueueServices(Configure(_settings))
        {
            Store = Store,
            Time = Time,
            Journal = Journal,
            BuildReport = request => Report(request),
            Log = _log.For("postfix", "qmgr"),
            BounceLog = _log.For("postfix", "bounce"),
        };
        Queue = Services.Start(_system);
        return this;
    }

    public QueueConfiguration Configure(params (string Name, string Value)[] settings) => new(
        ConfigSnapshot.With(settings),
        (recipient, sender, filter, cancel) => Route(recipient, sender, filter, cancel),
        new Dictionary<string, TransportService>
        {
            ["smtp"] = new(Smtp, _log.For("postfix", "smtp"), ProcessLimit),
            ["relay"] = new(Relay, _log.For("postfix", "relay/smtp"), 0),
            ["retry"] = new(Retry, _log.For("postfix", "error"), 0),
        });

    /// <summary>A report to the sender of a message, as <see cref="Report"/> returns it.</summary>
    public IReadOnlyList<BuiltReport> ReportTo(MessageEnvelope message) =>
        [new BuiltReport(Message("", message.Sender), "sender non-delivery notification")];

    /// <summary>Makes a message as ingress does.</summary>
    public IncomingMessage Message(string sender, params string[] recipients)
    {
        var content = MessageContent.From("Subject: x\r\n\r\nbody\r\n"u8);
        var id = Store.NextMessageId();
        var now = Time.GetUtcNow();
        return new IncomingMessage(
            new MessageEnvelope { Id = id, QueueId = QueueId.Format(now, id, false), Arrived = now, Sender = sender, Size = content.Length },
            [.. recipients.Select(r => new IncomingRecipient(r))], content);
    }

    public async Task<MessageEnvelope> SubmitAsync(params string[] recipients) => await SubmitAsync(Message("sender@example.org", recipients));

    public async Task<MessageEnvelope> SubmitAsync(IncomingMessage message)
    {
        (await Services.Intake.SubmitAsync(message, default)).ShouldBe(StoreResult.Stored);
        return message.Envelope;
    }

    public Task<QueueStatus> StatusAsync() => Queue.Ask<QueueStatus>(GetQueueStatus.Instance).WaitAsync(TestProbe.Patience);

    /// <summary>
    /// Waits until the status is as the test wants it. Each look goes through the mailboxes of all actors, so it is a step of theirs; the
    /// clock moves by <paramref name="step"/> after each.
    /// </summary>
    public async Task<QueueStatus> UntilAsync(Func<QueueStatus, bool> condition, TimeSpan step = default)
    {
        var giveUp = DateTime.UtcNow + TestProbe.Patience;
        while (true)
        {
            var status = await StatusAsync();
            if (condition(status)) return status;
            if (DateTime.UtcNow > giveUp) throw new TimeoutException($"still {string.Join("; ", status.Destinations)}, {Services.ActiveEntries} active; log:\n{ReadLog()}");
            Time.Advance(step);
            await Task.Yield();
        }
    }

    /// <summary>
    /// Waits until nothing can happen before the clock moves: nothing under way, nothing due in the store that could be read.
    /// </summary>
    public Task<QueueStatus> SettleAsync(TimeSpan step = default) => UntilAsync(s => s.Destinations.All(d =>
        d is { InFlight: 0, Queued: 0, Unrecorded: 0, IsReading: false } && (d.Suspension is not null || !(d.NextDue <= Time.GetUtcNow()))), step);

    /// <summary>Waits until the store is empty and nothing is in hand: the claims of a message fall after it has left the store.</summary>
    public Task UntilEmptyAsync(TimeSpan step = default) =>
        UntilAsync(_ => Memory.CountAsync(default).AtOnce() == 0 && Services.Claims.ActiveMessages().Count == 0, step);

    public string ReadLog()
    {
        _log.Dispose();
        return Encoding.UTF8.GetString(_logged.ToArray());
    }

    /// <summary>Ends this process: actors and deliveries are gone, the store stays.</summary>
    public async ValueTask DisposeAsync()
    {
        Services?.CutOff();
        await _system.Terminate().WaitAsync(TestProbe.Patience);
        _log.Dispose();
    }
}
