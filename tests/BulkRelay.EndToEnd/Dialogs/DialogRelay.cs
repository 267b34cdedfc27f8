using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using BulkRelay.Core;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>The way into a relay, real from the socket to the door of the queue, where messages are kept to be looked at.</summary>
internal sealed class DialogRelay : IAsyncDisposable
{
    private static readonly HashSet<string> Services = ["smtp", "relay"];

    private readonly LogBuffer _logBuffer = new();
    private readonly MailLog _log;
    private readonly ActorSystem _system;
    private readonly IActorRef _ingress;
    private readonly ConcurrentQueue<IncomingMessage> _messages = new();
    private readonly TaskCompletionSource _mayGreet = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastId = 0xB1E000;
    private bool _isClosed;

    public DialogRelay(IReadOnlyList<(string Name, string Value)> settings, bool isFaulty, StoreResult answer)
    {
        var snapshot = ConfigSnapshot.With([
            ("myhostname", "relay.test"), ("mydestination", ""), ("mynetworks", "127.0.0.9/32"), ("relay_domains", "us.test"),
            ("smtpd_error_sleep_time", "0s"), .. settings]);
        var faults = SmtpdPolicy.Compile(snapshot, TimeProvider.System, _ => { }).Faults;
        (faults.Count > 0).ShouldBe(isFaulty, string.Join("; ", faults));
        var socket = ListenerSocket.TryBind(new IPEndPoint(IPAddress.Loopback, 0), out var fault) ?? throw new IOException(fault);
        Endpoint = (IPEndPoint)socket.LocalEndPoint!;
        _log = new MailLog(() => _logBuffer, "relay", TimeProvider.System);
        _system = ActorSystems.Create("dialog", TimeProvider.System);
        IReadOnlyList<ListenerOptions> listeners = [new ListenerOptions("smtp", [socket], () => snapshot, SessionLimit: 0)];
        var router = new Router(snapshot, new LookupTableSet(snapshot, TimeProvider.System, _ => { }), Services);
        var services = new IngressServices
        {
            Submit = (message, _) => ValueTask.FromResult(Take(message, answer)),
            NextMessageId = () => Interlocked.Increment(ref _lastId),
            Log = _log,
            Time = TimeProvider.System,
            LookUpName = LookUpAsync,
            Route = router.RouteAsync,
        };
        _ingress = _system.ActorOf(Props.Create(() => new IngressActor(listeners, services)), "ingress");
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>What it took, in order.</summary>
    public IReadOnlyList<IncomingMessage> Messages => [.. _messages];

    /// <summary>The log; complete after <see cref="CloseAsync"/>.</summary>
    public IReadOnlyList<string> LogLines => _logBuffer.Lines;

    /// <summary>Lets the greeting go out: the name of the client is found.</summary>
    public void Greet() => _mayGreet.TrySetResult();

    /// <summary>Ends the sessions and the log.</summary>
    public async Task CloseAsync()
    {
        if (_isClosed) return;
        _isClosed = true;
        Greet();
        (await _ingress.GracefulStop(TimeSpan.FromSeconds(30), IngressProtocol.Drain.Instance)).ShouldBeTrue("the relay does not stop");
        await _system.Terminate();
        _log.Dispose();
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private async ValueTask<ClientName> LookUpAsync(IPAddress address, CancellationToken cancel)
    {
        await _mayGreet.Task.WaitAsync(cancel);
        return ClientName.Nameless(ClientNameStatus.Missing);
    }

    private StoreResult Take(IncomingMessage message, StoreResult answer)
    {
        if (answer == StoreResult.Stored) _messages.Enqueue(message);
        return answer;
    }
}
