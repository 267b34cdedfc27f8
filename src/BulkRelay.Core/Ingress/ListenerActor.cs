using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Observability;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// One service that listens: serves clients, at most as many at once as its process limit allows over all its sockets, and starts a
/// <see cref="SessionActor"/> for each. A session that crashes loses its connection; nothing else notices.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor is not disposed of: PostStop ends what it owns.")]
internal sealed class ListenerActor : UntypedActor, IWithTimers
{
    private readonly ListenerOptions _options;
    private readonly IngressServices _services;
    private readonly ServiceLog _log;
    private readonly ServiceLog _cleanupLog;
    private readonly CancellationTokenSource _closing = new();
    private readonly SemaphoreSlim _freeSessions;
    private readonly StressGauge _stress;
    private SmtpdPolicy _policy;
    private SmtpdPolicy? _policyUnderStress;
    private int _sessions;

    public ListenerActor(ListenerOptions options, IngressServices services)
    {
        _options = options;
        _services = services;
        _log = services.Log.For(options.SyslogName, "smtpd");
        _cleanupLog = services.Log.For(options.SyslogName, "cleanup");
        _freeSessions = new SemaphoreSlim(options.SessionLimit > 0 ? options.SessionLimit : int.MaxValue);
        _stress = new StressGauge(options.Name, options.SessionLimit, services.Time, services.Log.For(options.SyslogName, "master"));
        _policy = Compile(options.Configuration());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        var self = Self;
        foreach (var socket in _options.Sockets) Task.Run(() => AcceptAsync(socket, self)).PipeTo(self, failure: e => new AcceptFailed(e));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Accepted accepted:
                Start(accepted.Socket);
                break;
            case Terminated:
                _sessions--;
                _freeSessions.Release();
                if (_closing.IsCancellationRequested && _sessions == 0) Context.Stop(Self);
                break;
            case IngressProtocol.Drain:
                Drain();
                break;
            case GraceIsOver:
                Context.Stop(Self);
                break;
            case AcceptFailed failed:
                throw new InvalidOperationException($"service {_options.Name} cannot accept clients", failed.Cause);
            case AcceptEnded:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _closing.Cancel();
        foreach (var socket in _options.Sockets) socket.Dispose();
    }

    /// <summary>A restart begins with the same sockets, so they stay open; the sessions end.</summary>
    protected override void PreRestart(Exception reason, object? message)
    {
        _closing.Cancel();
        foreach (var session in Context.GetChildren())
        {
            Context.Unwatch(session);
            Context.Stop(session);
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(e =>
    {
        _log.Error($"a session of service {_options.Name} failed and was cut off: {e.ToString()}");
        return Directive.Stop;
    });

    private void Start(Socket socket)
    {
        if (_closing.IsCancellationRequested)
        {
            socket.Dispose();
            return;
        }
        _sessions++;
        var overloadBegins = _stress.Note(_sessions, _services.ContentMemory.IsShort(_policy.ContentMemoryLimit));
        var (policy, services, log, cleanupLog) = (CurrentPolicy(), _services, _log, _cleanupLog);
        // Those that were there before have to make room as well: without that they could keep everybody out for as long as they like.
        if (overloadBegins)
            foreach (var session in Context.GetChildren()) session.Tell(new IngressProtocol.Hurry(policy));
        var props = ActorMaker<SessionActor>.Props(() => new SessionActor(socket, policy, services, log, cleanupLog));
        Context.Watch(Context.ActorOf(props));
    }

    private void Drain()
    {
        _closing.Cancel();
        foreach (var socket in _options.Sockets) socket.Dispose();
        if (_sessions == 0) Context.Stop(Self);
        foreach (var session in Context.GetChildren()) session.Tell(IngressProtocol.Drain.Instance);
        Timers.StartSingleTimer(GraceIsOver.Instance, GraceIsOver.Instance, _policy.Snapshot.Get(SmtpdParameters.StopTimeLimit));
    }

    private SmtpdPolicy CurrentPolicy()
    {
        var current = _options.Configuration();
        if (!ReferenceEquals(_policy.Snapshot, current))
        {
            _policy = Compile(current);
            _policyUnderStress = null;
        }
        if (!_stress.IsStressed) return _policy;
        return _policyUnderStress ??= current.UnderStress() is var stressed && ReferenceEquals(stressed, current) ? _policy : Compile(stressed);
    }

    private SmtpdPolicy Compile(ConfigSnapshot configuration)
    {
        var log = _log;
        var policy = SmtpdPolicy.Compile(configuration, _services.Time, text => log.Warning($"{text}"));
        foreach (var fault in policy.Faults) log.Warning($"{fault.Text}");
        return policy;
    }

    /// <summary>
    /// Accepts until the listener closes. A place is taken when a client is there to have it, in the order in which clients come: a socket
    /// at which nobody calls holds none. Of the clients that find no free place one at each socket waits here, the others in the backlog.
    /// </summary>
    private async Task<AcceptEnded> AcceptAsync(Socket listening, IActorRef self)
    {
        Socket? client = null;
        try
        {
            while (true)
            {
                client = await AcceptOneAsync(listening);
                await _freeSessions.WaitAsync(_closing.Token);
                self.Tell(new Accepted(client));
                client = null;
            }
        }
        catch (Exception e) when (_closing.IsCancellationRequested
            && e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return AcceptEnded.Instance;
        }
        finally
        {
            client?.Dispose();
        }
    }

    private async ValueTask<Socket> AcceptOneAsync(Socket listening)
    {
        while (true)
        {
            try
            {
                var socket = await listening.AcceptAsync(_closing.Token);
                socket.NoDelay = true;
                return socket;
            }
            catch (SocketException e) when (!_closing.IsCancellationRequested)
            {
                // A client that is gone before it is accepted; or no file descriptor is left, which a moment may mend.
                if (e.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset) continue;
                _log.Warning($"accept connection: {e.Message}");
                await Task.Delay(TimeSpan.FromSeconds(1), _services.Time, _closing.Token);
            }
        }
    }

    private sealed record Accepted(Socket Socket);

    private sealed record AcceptFailed(Exception Cause);

    /// <summary>Reaches a listener that has ended already when it closes its sockets itself.</summary>
    private sealed record AcceptEnded : IDeadLetterSuppression
    {
        public static readonly AcceptEnded Instance = new();
    }

    private sealed record GraceIsOver
    {
        public static readonly GraceIsOver Instance = new();
    }
}
