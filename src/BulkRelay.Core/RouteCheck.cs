using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Core;

/// <summary>
/// Looks at everything that says where mail goes, before mail does: parameters and tables that name services of <c>master.cf</c> and hosts.
/// What a parameter names and what is not there can never work, which is an error; in a table it is a warning.
/// </summary>
/// <param name="snapshot">The configuration.</param>
/// <param name="takesHosts">The services that deliver; true for those whose nexthop is a host or a domain.</param>
internal sealed class RouteCheck(ConfigSnapshot snapshot, IReadOnlyDictionary<string, bool> takesHosts)
{
    private static readonly char[] Separators = [' ', ',', '\t'];

    private readonly List<ConfigFault> _faults = [];

    /// <summary>Looks for faults; those of tables are reported to the set in which they are opened.</summary>
    public IReadOnlyList<ConfigFault> Run(LookupTableSet tables)
    {
        CheckTransport(snapshot, RoutingParameters.DefaultTransport);
        if (snapshot.Get(RoutingParameters.RelayDomains).Length > 0) CheckTransport(snapshot, RoutingParameters.RelayTransport);
        CheckLists();
        if (FaultOfHosts(snapshot.Get(RoutingParameters.Relayhost)) is { } fault)
            Add(FaultSeverity.Error, snapshot, RoutingParameters.Relayhost, fault);
        foreach (var service in snapshot.Services) CheckService(service, snapshot.ForService(service), tables);
        var check = new TableCheck();
        check.Run(tables, RoutingParameters.TransportMaps, snapshot, FaultOfDestination);
        check.Run(tables, RoutingParameters.SenderDependentDefaultTransportMaps, snapshot,
            value => SenderMaps.IsDunno(value) ? null : FaultOfDestination(value));
        check.Run(tables, RoutingParameters.SenderDependentRelayhostMaps, snapshot, value => SenderMaps.IsDunno(value) ? null : FaultOfHosts(value));
        return [.. _faults.Distinct()];
    }

    /// <summary>What is wrong with <c>transport:nexthop</c>; null for nothing.</summary>
    public string? FaultOfDestination(string value)
    {
        var hop = Hop.Split(value);
        if (hop.IsText || hop.Transport.Length == 0) return null;
        if (FaultOfService(hop.Transport) is { } fault) return fault;
        return takesHosts[hop.Transport] ? FaultOfHosts(hop.Nexthop) : null;
    }

    /// <summary>Lists that name services: a name that is none does nothing.</summary>
    private void CheckLists()
    {
        foreach (var transport in snapshot.Get(QueueParameters.DeferTransports))
        {
            if (takesHosts.ContainsKey(transport)) continue;
            Add(FaultSeverity.Warning, snapshot, QueueParameters.DeferTransports, MissingService.Describe(transport, snapshot));
        }
        foreach (var entry in snapshot.Get(MainParameters.MasterServiceDisable))
        {
            if (snapshot.Services.Any(s => DisabledServices.Covers([entry], s.Name, s.TypeName))) continue;
            Add(FaultSeverity.Warning, snapshot, MainParameters.MasterServiceDisable,
                $"{entry} is no service in master.cf: write its name and type, as in smtp/inet");
        }
    }

    /// <summary>What the options of a service say.</summary>
    private void CheckService(ServiceEntry service, ConfigSnapshot own, LookupTableSet tables)
    {
        foreach (var parameter in new[] { RoutingParameters.DefaultTransport, RoutingParameters.RelayTransport, RoutingParameters.LocalTransport })
            if (Sets(service, parameter)) CheckTransport(own, parameter);
        if (Sets(service, RoutingParameters.TransportMaps))
            new TableCheck().Run(tables.For(own), RoutingParameters.TransportMaps, own, FaultOfDestination);
        var isClient = service.Type != ServiceType.Inet && takesHosts.GetValueOrDefault(service.Name);
        foreach (var host in isClient ? own.Get(SmtpParameters.FallbackRelay) : [])
            if (FaultOfHosts(host) is { } fault) Add(FaultSeverity.Error, own, SmtpParameters.FallbackRelay, fault);
    }

    private static bool Sets(ServiceEntry service, Parameter parameter) => service.Overrides.Any(o => o.Name == parameter.Name);

    /// <summary>A default that names no service may be one that nothing is sent by.</summary>
    private void CheckTransport(ConfigSnapshot config, Parameter<string> parameter)
    {
        if (FaultOfDestination(config.Get(parameter)) is not { } fault) return;
        var isSet = config.Space.FindExplicit(parameter.Name) is not null;
        Add(isSet ? FaultSeverity.Error : FaultSeverity.Warning, config, parameter, fault);
    }

    private void Add(FaultSeverity severity, ConfigSnapshot config, Parameter parameter, string fault) =>
        _faults.Add(config.Place(new ConfigFault(severity, ConfigLoader.MainFile, 0, parameter.Name, fault)));

    private string? FaultOfService(string name) => takesHosts.ContainsKey(name) ? null
        : $"{MissingService.Describe(name, snapshot)}: mail for it waits; "
            + $"use one of {string.Join(", ", takesHosts.Keys.Order(StringComparer.Ordinal))}";

    private static string? FaultOfHosts(string text)
    {
        foreach (var host in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            if (Nexthop.TryParse(host, 25, out var fault) is null) return fault;
        return null;
    }
}
