using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Egress;
using BulkRelay.Core.Egress.Sasl;
using BulkRelay.Core.Egress.Tls;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core;

/// <summary>What one configuration makes of the queue: tables, routes and transports. A reload makes all of it anew and swaps it as one.</summary>
internal sealed class RelayParts
{
    /// <summary>Programs of <c>master.cf</c> that Postfix needs and that are parts of this process, or of no use to it.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "anvil", "bounce", "cleanup", "dnsblog", "flush", "oqmgr", "pickup", "postlogd", "proxymap", "qmgr", "scache", "showq", "smtpd",
        "tlsmgr", "tlsproxy", "trivial-rewrite", "verify",
    };

    /// <summary>The most different TLS policies of a table that are made: each may read files.</summary>
    private const int MaxPolicies = 10_000;

    private RelayParts(QueueConfiguration queue, IReadOnlyList<ConfigFault> faults)
    {
        Queue = queue;
        Faults = faults;
    }

    /// <summary>What the queue works with.</summary>
    public QueueConfiguration Queue { get; }

    /// <summary>What is wrong with tables, services and restrictions: it shows only when they are opened.</summary>
    public IReadOnlyList<ConfigFault> Faults { get; }

    /// <summary>Builds everything from a snapshot. It is complete even with faults; whether to use it is the caller's decision.</summary>
    public static RelayParts From(ConfigSnapshot snapshot, MailLog log, EgressServices egress)
    {
        var routerLog = log.For(snapshot.Get(LogParameters.SyslogName), "trivial-rewrite");
        var tables = new LookupTableSet(snapshot, egress.Time, warning => routerLog.Warning($"{warning}"));
        var faults = new List<ConfigFault>();
        var transports = Transports(snapshot, log, egress, tables, faults);
        var router = new Router(snapshot, tables, transports.Keys.ToHashSet(StringComparer.Ordinal));
        CheckLmtp(snapshot, tables);
        var routes = new RouteCheck(snapshot, transports.ToDictionary(t => t.Key, t => t.Value.Transport is SmtpTransport));
        faults.AddRange(routes.Run(tables));
        CheckTls(transports.Values.Select(t => t.Transport).OfType<SmtpTransport>(), tables);
        faults.AddRange(tables.Faults);
        if (router.LocalFault() is { } localFault && snapshot.Services.Any(IsListener)) faults.Add(localFault);
        if (QueueStores.Check(snapshot) is { } storeFault) faults.Add(storeFault);
        if (ForeignSpool.Check(snapshot) is null) faults.AddRange(QueuePermissions.Check(snapshot));
        faults.AddRange(UnsupportedSettings.Faults(snapshot));
        if (CompatibilityLevel.Note(snapshot) is { } note) faults.Add(note);
        faults.AddRange(BounceTemplates.Load(snapshot).Faults);
        foreach (var service in snapshot.Services.Where(IsListener))
        {
            var own = snapshot.ForService(service);
            var policy = SmtpdPolicy.Compile(own, egress.Time, _ => { });
            faults.AddRange(own.Locate([.. policy.Faults, .. SmtpdPolicyCheck.Run(policy, routes.FaultOfDestination, egress.Time)]));
        }
        return new RelayParts(new QueueConfiguration(snapshot, router.RouteAsync, transports), snapshot.Locate(faults));
    }

    /// <summary>True for a service that takes mail by SMTP.</summary>
    public static bool IsListener(ServiceEntry service) => service is { Type: ServiceType.Inet, Command: "smtpd" };

    /// <summary>No service uses these parameters, but who writes them is told of a slip.</summary>
    private static void CheckLmtp(ConfigSnapshot snapshot, LookupTableSet tables)
    {
        CheckTls(new TlsPolicies(snapshot, TlsClientParameters.Lmtp, tables), TlsClientParameters.Lmtp, snapshot, tables, new TableCheck());
        if (!snapshot.Get(SaslClientParameters.Lmtp.AuthEnable)) return;
        SaslCheck.Run(SaslClientParameters.Lmtp, snapshot, tables);
        _ = new SaslPolicy(SaslClientParameters.Lmtp, snapshot, tables);
    }

    private static void CheckTls(IEnumerable<SmtpTransport> transports, LookupTableSet tables)
    {
        var check = new TableCheck();
        foreach (var transport in transports)
            CheckTls(transport.Tls.Policies, TlsClientParameters.Smtp, transport.Config, tables.For(transport.Config), check);
    }

    private static void CheckTls(TlsPolicies policies, TlsClientParameters names, ConfigSnapshot config, LookupTableSet tables, TableCheck check)
    {
        check.Run(tables, names.PolicyMaps, config, policies.FaultOfPolicy, MaxPolicies);
        check.Run(tables, names.PerSite, config, TlsPolicies.FaultOfSite);
    }

    private static Dictionary<string, TransportService> Transports(
        ConfigSnapshot snapshot, MailLog log, EgressServices egress, LookupTableSet tables, List<ConfigFault> faults)
    {
        var transports = new Dictionary<string, TransportService>(StringComparer.Ordinal);
        foreach (var service in snapshot.Services)
        {
            if (service.Type != ServiceType.Inet && Egress.Transports.ByCommand.TryGetValue(service.Command, out var make))
                transports[service.Name] = Transport(service.Name, service.Command, make, snapshot.ForService(service), log, egress, tables,
                    service.ProcessLimit ?? snapshot.ForService(service).Get(MainParameters.DefaultProcessLimit));
        }
        faults.AddRange(UnknownPrograms(snapshot));
        // The queue itself speaks through these, so they are there even if master.cf leaves them out.
        foreach (var (name, command) in new[] { (Hop.ErrorTransport, "error"), (Hop.RetryTransport, "error"), (Hop.DiscardTransport, "discard") })
            if (!transports.ContainsKey(name)) transports[name] = Transport(name, command, Egress.Transports.ByCommand[command], snapshot, log, egress, tables, processLimit: 0);
        return transports;
    }

    /// <summary>A warning for each program that is not here, with all services that would run it: there are many in a <c>master.cf</c> of Debian.</summary>
    private static IEnumerable<ConfigFault> UnknownPrograms(ConfigSnapshot snapshot)
    {
        var unknown = snapshot.Services.Where(s => !WithoutEffect.Contains(s.Command)
            && (s.Type == ServiceType.Inet || !Egress.Transports.ByCommand.ContainsKey(s.Command)));
        foreach (var services in unknown.GroupBy(s => (s.Command, IsInet: s.Type == ServiceType.Inet)))
        {
            var (first, more) = (services.First(), services.Skip(1).Select(s => s.Key).ToList());
            var what = more.Count == 0 ? "the service has no effect" : $"the service has no effect, nor have {string.Join(", ", more)}";
            // Mail comes in there and is looked at: without a word neither would happen.
            var isRefused = services.Key is { IsInet: true, Command: "postscreen" } && !snapshot.Get(MainParameters.UnsupportedSettings);
            yield return new ConfigFault(isRefused ? FaultSeverity.Error : FaultSeverity.Warning, first.File, first.Line, first.Key,
                $"'{services.Key.Command}' is not known here, {what}: {RemedyFor(services.Key.IsInet, isRefused)}");
        }
    }

    private static string RemedyFor(bool isInet, bool isRefused) => (isInet, isRefused) switch
    {
        (true, true) => "nothing listens there; let smtpd listen (smtpd_client_restrictions say from whom), "
            + $"or set {MainParameters.UnsupportedSettings.Name} = ignore",
        (true, false) => "nothing listens there; a service that takes mail uses smtpd",
        _ => $"a delivery service uses one of {string.Join(", ", Egress.Transports.ByCommand.Keys)}",
    };

    private static TransportService Transport(string name, string command, TransportFactory make, ConfigSnapshot config, MailLog log,
        EgressServices egress, LookupTableSet tables, int processLimit)
    {
        var program = log.For(config.Get(LogParameters.SyslogName), command);
        return new TransportService(make(name, config, program, egress, tables.For(config)), program, processLimit);
    }
}
