using System.Net;
using System.Net.Sockets;
using BulkRelay.Core;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress;

/// <summary>A test with a listener of its own, on a clock of its own, and with the queue's door in its hand.</summary>
public abstract class IngressTest : IAsyncLifetime
{
    private readonly TestLogLines _logged = new();
    private readonly ActorSystem _system;
    private readonly IPEndPoint[] _endpoints;
    private readonly MailLog _log;
    private long _lastId;

    protected IngressTest(int sessionLimit = 0, int addresses = 1)
    {
        Configure();
        Socket[] sockets = [.. Enumerable.Range(0, addresses)
            .Select(_ => ListenerSocket.TryBind(new IPEndPoint(IPAddress.Loopback, 0), out var fault) ?? throw new IOException(fault))];
        _endpoints = [.. sockets.Select(s => (IPEndPoint)s.LocalEndPoint!)];
        _log = new MailLog(() => _logged, "relay", Time);
        _system = ActorSystems.Create("ingress-test", Time);
        IReadOnlyList<ListenerOptions> listeners = [new ListenerOptions("smtp", sockets, () => Snapshot, sessionLimit)];
        var services = new IngressServices
        {
            Submit = (message, _) => Submit(message),
            NextMessageId = () => Interlocked.Increment(ref _lastId),
            Log = _log,
            Time = Time,
            ContentMemory = ContentMemory,
            QueueSpace = new QueueSpace(Path.GetTempPath(), Time, () => Room),
        };
        Ingress = _system.ActorOf(Props.Create(() => new IngressActor(listeners, services)), "ingress");
    }

    protected static TimeSpan Patience => TimeSpan.FromSeconds(30);

    protected FakeTimeProvider Time { get; } = new();

    protected ContentMemory ContentMemory { get; } = new();

    protected IActorRef Ingress { get; }

    protected ConfigSnapshot Snapshot { get; private set; } = null!;

    /// <summary>The room that the store says it has.</summary>
    protected StoreRoom Room { get; set; } = new(TakesMail: true, Reusable: 1L << 60);

    /// <summary>What the queue answers.</summary>
    protected Func<IncomingMessage, ValueTask<StoreResult>> Submit { get; set; } = _ => ValueTask.FromResult(StoreResult.Stored);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _log.Dispose();
    }

    /// <summary>The configuration from now on.</summary>
    protected void Configure(params (string Name, string Value)[] settings) => Snapshot = ConfigSnapshot.With([
        ("myhostname", "relay.test"), ("mynetworks", "127.0.0.1/32"), ("smtpd_peername_lookup", "no"), .. settings]);

    /// <summary>A client that has read the banner.</summary>
    private protected async Task<TestClient> ConnectAsync(int address = 0)
    {
        var client = Connect(address);
        (await client.ReadReplyAsync().WaitAsync(Patience)).ShouldStartWith("220 ");
        return client;
    }

    /// <summary>A client that is connected, and perhaps not yet accepted.</summary>
    private protected TestClient Connect(int address = 0) => new(_endpoints[address]);

    /// <summary>
    /// Lets the clock run in steps until the task ends. Between two steps the session gets real time for its real socket: a clock that
    /// runs away from it would end waits that have nothing to do with the test.
    /// </summary>
    protected async Task<T> AdvanceUntilAsync<T>(Task<T> task, TimeSpan step)
    {
        await AdvanceUntilAsync((Task)task, step);
        return await task;
    }

    /// <inheritdoc cref="AdvanceUntilAsync{T}"/>
    protected async Task AdvanceUntilAsync(Task task, TimeSpan step)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!task.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            Time.Advance(step);
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token));
        }
        await task;
    }

    /// <summary>The log after the listener has ended, and its sessions with it: their last lines may come after the client's connection is closed.</summary>
    protected async Task<string> StopAndReadLogAsync()
    {
        Ingress.Tell(IngressProtocol.Drain.Instance);
        // A session that was ended waits a little for its client to close as well.
        await AdvanceUntilAsync(WaitForEndAsync(), TimeSpan.FromSeconds(1));
        await _system.Terminate().WaitAsync(Patience);
        _log.Dispose();
        return _logged.Text;
    }

    /// <summary>Waits until so many sessions have come to their end: clients see their connections closed before it.</summary>
    protected Task WaitForSessionsAsync(int ended) => _logged.WaitForAsync(": disconnect from ", ended).WaitAsync(Patience);

    /// <summary>Completes when ingress has ended.</summary>
    protected async Task WaitForEndAsync()
    {
        var probe = new TestProbe(_system);
        await probe.WatchAsync(Ingress);
        await probe.ExpectTerminatedAsync(Ingress);
    }

    /// <summary>Waits until sessions have given all their memory back: a session's last steps are not the actors' any more.</summary>
    protected Task WaitForFreeMemoryAsync() => WaitForMemoryAsync(used => used == 0);

    /// <summary>Waits until the memory that sessions take is as the test wants it.</summary>
    protected async Task WaitForMemoryAsync(Func<long, bool> isEnough)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!isEnough(ContentMemory.Used)) await Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token);
    }
}
