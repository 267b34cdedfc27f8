using System.Net;
using System.Net.Sockets;
using Akka;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Egress;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Ingress.Maildrop;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Journal;
using BulkRelay.Core.Queue.Steering;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core;

/// <summary>What came of starting a relay: the relay, unless one of the faults is an error.</summary>
public sealed record RelayStart(Relay? Relay, IReadOnlyList<ConfigFault> Faults);

/// <summary>
/// The whole relay: builds its parts in the order in which they need each other, and takes them down in the reverse order. A process may
/// hold several, each with a queue of its own.
/// </summary>
public sealed class Relay : IAsyncDisposable
{
    /// <summary>How long deliveries that are under way may take to end at a stop.</summary>
    private static readonly TimeSpan DeliveryGrace = TimeSpan.FromSeconds(30);

    /// <summary>Sessions have their own limit (<c>smtpd_stop_time_limit</c>); this one only guards against a listener that hangs.</summary>
    private static readonly TimeSpan IngressGrace = TimeSpan.FromMinutes(2);

    /// <summary>How long the journal may take to write what destinations have learned last.</summary>
    private static readonly TimeSpan JournalGrace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan StatusPatience = TimeSpan.FromSeconds(5);

    private readonly LiveConfiguration _configuration;
    private readonly MailLog _log;
    private readonly EgressServices _egress;
    private readonly QueueServices _queueServices;
    private readonly ActorSystem _actors;
    private readonly IActorRef _queue;
    private readonly IReadOnlyList<ListenerOptions> _listeners;
    private readonly IngressServices _ingressServices;
    private IActorRef _ingress = ActorRefs.Nobody;
    private IActorRef _pickup = ActorRefs.Nobody;

    private Relay(
        LiveConfiguration configuration, MailLog log, DnsResolver dns, EgressServices egress, IReadOnlyList<ListenerOptions> listeners, RelayParts parts, IQueueStore store)
    {
        _configuration = configuration;
        _log = log;
        _egress = egress;
        Store = store;
        Listeners = [.. listeners.SelectMany(l => l.Sockets).Select(s => (IPEndPoint)s.LocalEndPoint!)];
        var syslogName = configuration.Current.Get(LogParameters.SyslogName);
        var (bounceLog, cleanupLog) = (log.For(syslogName, "bounce"), log.For(syslogName, "cleanup"));
        _queueServices = new QueueServices(parts.Queue)
        {
            Store = store,
            Time = egress.Time,
            Journal = QueueStores.Journal(configuration.Current),
            Log = log.For(syslogName, "qmgr"),
            BounceLog = bounceLog,
            BuildReport = new Reporter(() => configuration.Current, store.NextMessageId, bounceLog, cleanupLog).Build,
        };
        Steering = new QueueSteering(store, egress.Time, _queueServices);
        _actors = ActorSystems.Create("bulkrelay", egress.Time, log.For(syslogName, "master"));
        _queue = _queueServices.Start(_actors);
        PlanShutdown();
        _listeners = listeners;
        _ingressServices = IngressServicesOf(dns);
        Maildrop = new MaildropFolder(configuration.Current.Get(MainParameters.QueueDirectory));
        Submissions = new LocalSubmission(() => configuration.Current, _ingressServices);
    }

    /// <summary>Where it takes mail, with real ports.</summary>
    public IReadOnlyList<IPEndPoint> Listeners { get; }

    public IQueueStore Store { get; }

    /// <summary>Where programs of this machine leave mail while the relay is down.</summary>
    public MaildropFolder Maildrop { get; }

    /// <summary>Takes up at once what is in <see cref="Maildrop"/>.</summary>
    public void PickUp() => _pickup.Tell(PickupActor.Scan.Instance);

    /// <summary>The way in for mail of programs on this machine.</summary>
    public LocalSubmission Submissions { get; }

    public QueueStatistics Statistics => _queueServices.Statistics;

    /// <summary>
    /// Starts a relay: opens tables, sockets and the store, and returns all that is wrong at once. It delivers what is in the queue from
    /// now on; clients wait at its sockets until <see cref="AcceptMail"/>.
    /// </summary>
    /// <exception cref="QueueStoreException">The store cannot be used; the message says why.</exception>
    public static RelayStart Start(LiveConfiguration configuration, MailLog log, TimeProvider time)
    {
        var snapshot = configuration.Current;
        var faults = new List<ConfigFault>(configuration.FirstFaults);
        var listeners = Listen(configuration, faults);
        var dns = new DnsResolver(DnsSettings.From(snapshot), time);
        var egress = EgressOf(snapshot, listeners, dns, time);
        var parts = RelayParts.From(snapshot, log, egress);
        faults.AddRange(parts.Faults);
        try
        {
            if (faults.Any(f => f.Severity == FaultSeverity.Error)) return Close(listeners, new RelayStart(null, ConfigFault.Sort(faults)));
            var store = QueueStores.Open(snapshot, log.For(snapshot.Get(LogParameters.SyslogName), "qmgr"));
            return new RelayStart(new Relay(configuration, log, dns, egress, listeners, parts, store), ConfigFault.Sort(faults));
        }
        catch (QueueStoreException)
        {
            Close(listeners, new RelayStart(null, faults));
            throw;
        }
    }

    /// <summary>
    /// All that <see cref="Start"/> would find wrong with the tables, services and restrictions of a configuration, without taking
    /// ports or opening the store: it may run beside the relay.
    /// </summary>
    public static IReadOnlyList<ConfigFault> Check(ConfigSnapshot snapshot, MailLog log, TimeProvider time)
    {
        var faults = new List<ConfigFault>();
        foreach (var service in snapshot.Services.Where(RelayParts.IsListener))
            _ = ListenerEndpoints.Of(service, snapshot.ForService(service), faults);
        faults.AddRange(RelayParts.From(snapshot, log, EgressOf(snapshot, [], new DnsResolver(DnsSettings.From(snapshot), time), time)).Faults);
        return faults;
    }

    /// <summary>Begins to take mail. Call it once, when everything around the relay is ready.</summary>
    public void AcceptMail()
    {
        var (listeners, services) = (_listeners, _ingressServices);
        _ingress = _actors.ActorOf(Props.Create(() => new IngressActor(listeners, services)), "ingress");
        var (folder, submissions) = (Maildrop, Submissions);
        folder.Create();
        _pickup = _actors.ActorOf(Props.Create(() => new PickupActor(folder, submissions, services)), "pickup");
    }

    /// <summary>
    /// Reads the configuration again. Sessions and deliveries under way keep the old one; mail in the queue is routed anew. With an
    /// error in it nothing changes. Services that listen are taken up at the next start only, as in Postfix.
    /// </summary>
    /// <returns>The faults: the new configuration holds if none of them is an error.</returns>
    public IReadOnlyList<ConfigFault> Reload()
    {
        RelayParts? parts = null;
        var faults = _configuration.Reload(snapshot => (parts = RelayParts.From(snapshot, _log, _egress)).Faults);
        if (parts is null || faults.Any(f => f.Severity == FaultSeverity.Error)) return faults;
        _queueServices.Configuration = parts.Queue;
        _queue.Tell(Reconfigured.Instance);
        return faults;
    }

    /// <summary>What is frozen now, by orders and by the configuration.</summary>
    public FreezeSet Freezes => _queueServices.AllFreezes;

    /// <summary>The destinations that have mail.</summary>
    public Task<QueueStatus> QueueStatusAsync() => _queue.Ask<QueueStatus>(GetQueueStatus.Instance, StatusPatience);

    /// <summary>What is kept of what destinations learn.</summary>
    public Task<JournalStatus> JournalStatusAsync() => _queue.Ask<JournalStatus>(GetJournalStatus.Instance, StatusPatience);

    /// <summary>The ids of the messages that a destination has in hand.</summary>
    public IReadOnlySet<long> ActiveMessages() => _queueServices.Claims.ActiveMessages();

    /// <summary>Looks into the queue and changes it, as operators do.</summary>
    public QueueSteering Steering { get; }

    /// <summary>
    /// Stops: no new clients, transactions and deliveries under way end within their time, the idle get a 421; what is left stays in the
    /// queue.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await CoordinatedShutdown.Get(_actors).Run(Stopping.Instance);
        await Store.DisposeAsync();
        _queueServices.Dispose();
    }

    /// <summary>
    /// The order in which the relay comes to its end, as phases of the actor system: each waits for the one before it, within its limit.
    /// </summary>
    private void PlanShutdown()
    {
        var shutdown = CoordinatedShutdown.Get(_actors);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceUnbind, "stop listening", () =>
        {
            _ingress.Tell(IngressProtocol.Drain.Instance);
            return Task.FromResult(Done.Instance);
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "finish sessions", async () =>
        {
            await Task.WhenAll(StopAsync(_ingress), StopAsync(_pickup));
            return Done.Instance;
        });
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "finish deliveries", async () =>
        {
            await FinishDeliveriesAsync();
            return Done.Instance;
        });
    }

    /// <summary>What does not end in time ends with the actor system.</summary>
    private static async Task StopAsync(IActorRef actor)
    {
        if (actor.IsNobody()) return;
        try
        {
            await actor.GracefulStop(IngressGrace, IngressProtocol.Drain.Instance);
        }
        catch (TaskCanceledException)
        {
            // Its time is over.
        }
    }

    private async Task FinishDeliveriesAsync()
    {
        try
        {
            await _queue.Ask<Drained>(Drain.Instance, DeliveryGrace);
            await _queue.Ask<JournalSettled>(SettleJournal.Instance, JournalGrace);
        }
        catch (AskTimeoutException)
        {
            _queueServices.CutOff();
        }
    }

    private static List<ListenerOptions> Listen(LiveConfiguration configuration, List<ConfigFault> faults)
    {
        var listeners = new List<ListenerOptions>();
        var disabled = configuration.Current.Get(MainParameters.MasterServiceDisable);
        foreach (var service in configuration.Current.Services.Where(RelayParts.IsListener))
        {
            if (DisabledServices.Covers(disabled, service.Name, service.TypeName)) continue;
            var config = configuration.Current.ForService(service);
            var sockets = new List<Socket>();
            foreach (var endpoint in ListenerEndpoints.Of(service, config, faults))
            {
                if (ListenerSocket.TryBind(endpoint, out var fault) is { } socket) sockets.Add(socket);
                else faults.Add(new ConfigFault(FaultSeverity.Error, service.File, service.Line, service.Key, fault!));
            }
            listeners.Add(new ListenerOptions(service.Name, sockets, new ServiceConfiguration(configuration, service).Current,
                service.ProcessLimit ?? config.Get(MainParameters.DefaultProcessLimit), config.Get(LogParameters.SyslogName)));
        }
        if (listeners.Count == 0)
            faults.Add(new ConfigFault(FaultSeverity.Warning, "master.cf", 0, "", "no service takes mail: add a line such as 'smtp inet n - n - - smtpd'"));
        return listeners;
    }

    private static EgressServices EgressOf(ConfigSnapshot snapshot, IEnumerable<ListenerOptions> listeners, DnsResolver dns, TimeProvider time)
    {
        var hosts = new MxResolver(dns, Random.Shared);
        var listening = listeners.SelectMany(l => l.Sockets).Select(s => (IPEndPoint)s.LocalEndPoint!);
        var own = ListenerEndpoints.InterfacesOf(snapshot).Concat(snapshot.Get(SmtpParameters.ProxyInterfaces));
        return new EgressServices(time, hosts.ResolveAsync, new OwnEndpoints(listening, own));
    }

    private IngressServices IngressServicesOf(DnsResolver dns)
    {
        var names = new ClientNameResolver(dns, _egress.Time);
        return new IngressServices
        {
            Submit = _queueServices.Intake.SubmitAsync,
            NextMessageId = _queueServices.Intake.NextMessageId,
            BuildReport = _queueServices.BuildReport,
            Log = _log,
            SyslogName = _configuration.Current.Get(LogParameters.SyslogName),
            Time = _egress.Time,
            QueueSpace = new QueueSpace(QueueStores.FolderOf(_configuration.Current), _egress.Time, () => Store.Room),
            LookUpName = names.ResolveAsync,
            LookUpDns = dns.QueryAsync,
            Route = (recipient, sender, filter, cancel) => _queueServices.Configuration.Route(recipient, sender, filter, cancel),
            FindMailHosts = FindMailHostsAsync,
            FlushDomain = new DomainFlush(Steering, _egress.Time, _queueServices.Log).TryBegin,
        };
    }

    private ValueTask<MailHosts> FindMailHostsAsync(string domain, CancellationToken cancel)
    {
        var config = _configuration.Current;
        var nexthop = new Nexthop(domain, config.Get(SmtpParameters.TcpPort), IsHost: false);
        return _egress.FindHosts(nexthop, config, _egress.Own.For(nexthop.Port), cancel);
    }

    private static RelayStart Close(List<ListenerOptions> listeners, RelayStart start)
    {
        foreach (var socket in listeners.SelectMany(l => l.Sockets)) socket.Dispose();
        return start;
    }

    /// <summary>Why the actor system ends: the relay is told to.</summary>
    private sealed class Stopping : CoordinatedShutdown.Reason
    {
        public static readonly Stopping Instance = new();

        public override int ExitCode => 0;
    }
}
