using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Egress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Core;

/// <summary>
/// All that a reload makes anew and swaps as one: tables, routes and transports of one configuration.
/// </summary>
internal sealed class RelayRoutes
{
    /// <summary>The programs of <c>master.cf</c> that are parts of this process, or that Postfix needs and a relay in one process does not.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "anvil", "bounce", "cleanup", "discard", "dnsblog", "flush", "oqmgr", "pickup", "postlogd", "proxymap", "qmgr", "scache", "showq",
        "tlsmgr", "tlsproxy", "trivial-rewrite", "verify",
    };

    private readonly Router _router;
    private readonly ServiceLog _log;

    private RelayRoutes(Router router, ServiceLog log, QueueConfiguration queue, IReadOnlyList<ConfigFault> faults)
    {
        _router = router;
        _log = log;
        Queue = queue;
        Faults = faults;
    }

    /// <summary>What the queue works with.</summary>
    public QueueConfiguration Queue { get; }

    /// <summary>What is wrong with tables and services: found only now, because it takes opening them.</summary>
    public IReadOnlyList<ConfigFault> Faults { get; }

    /// <summary>Builds everything from a snapshot. It is complete even with faults; whether to use it is the caller's decision.</summary>
    public static RelayRoutes From(ConfigSnapshot snapshot, MailLog log, EgressServices egress, TimeProvider time)
    {
        var routerLog = log.For(snapshot.Get(LogParameters.SyslogName), "trivial-rewrite");
        var tables = new LookupTableSet(snapshot, time, warning => routerLog.Warning($"{warning}"));
        var faults = new List<ConfigFault>();
        var transports = Transports(snapshot, log, egress, faults);
        var router = new Router(snapshot, tables, transports.Keys.ToHashSet(StringComparer.Ordinal));
        faults.AddRange(tables.Faults);
        return new RelayRoutes(router, routerLog, new QueueConfiguration(snapshot, transports), faults);
    }

    /// <summary>The destination of a recipient. Why one could not be found out is for the log; the sender sees less.</summary>
    public ValueTask<DestinationKey> RouteAsync(string sender, string recipient, CancellationToken cancel)
    {
        var route = _router.RouteAsync(recipient, sender, cancel);
        return route.IsCompletedSuccessfully ? new(Logged(route.Result, recipient)) : WaitAsync(route, recipient);
    }

    private async ValueTask<DestinationKey> WaitAsync(ValueTask<Route> route, string recipient) => Logged(await route, recipient);

    private DestinationKey Logged(Route route, string recipient)
    {
        if (route.Failure is { } failure) _log.Warning($"route of <{recipient}>: {failure}");
        return route.Destination;
    }

    private static Dictionary<string, TransportService> Transports(ConfigSnapshot snapshot, MailLog log, EgressServices egress, List<ConfigFault> faults)
    {
        var transports = new Dictionary<string, TransportService>(StringComparer.Ordinal);
        foreach (var service in snapshot.Services.Where(s => s.Type != ServiceType.Inet))
        {
            var config = snapshot.ForService(service);
            if (Egress.Transports.ByCommand.TryGetValue(service.Command, out var make))
            {
                var program = log.For(config.Get(LogParameters.SyslogName), service.Command);
                var limit = service.ProcessLimit ?? config.Get(MainParameters.DefaultProcessLimit);
                transports[service.Name] = new TransportService(make(service.Name, config, program, egress), program, limit);
            }
            else if (!WithoutEffect.Contains(service.Command))
            {
                faults.Add(new ConfigFault(FaultSeverity.Warning, service.File, service.Line, service.Key,
                    $"'{service.Command}' is not known here, the service has no effect: deliveries use one of {string.Join(", ", Egress.Transports.ByCommand.Keys)}"));
            }
        }
        foreach (var name in new[] { "error", "retry" }) AddAlways(name, transports, snapshot, log, egress);
        return transports;
    }

    /// <summary>The queue itself speaks through these two, so they exist even if <c>master.cf</c> leaves them out.</summary>
    private static void AddAlways(string name, Dictionary<string, TransportService> transports, ConfigSnapshot snapshot, MailLog log, EgressServices egress)
    {
        if (transports.ContainsKey(name)) return;
        var program = log.For(snapshot.Get(LogParameters.SyslogName), "error");
        transports[name] = new TransportService(Egress.Transports.ByCommand["error"](name, snapshot, program, egress), program, 0);
    }
}
