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

    /// <summary>Looks for faults; those of tables are reported to <paramref name="tables"/>.</summary>
    public IReadOnlyList<ConfigFault> Run(LookupTableSet tables)
    {
        var faults = new List<ConfigFault>();
        Check(snapshot, RoutingParameters.DefaultTransport);
        if (snapshot.Get(RoutingParameters.RelayDomains).Length > 0) Check(snapshot, RoutingParameters.RelayTransport);
        foreach (var transport in snapshot.Get(QueueParameters.DeferTransports))
            if (FaultOfService(transport) is { } fault) Add(FaultSeverity.Warning, snapshot, QueueParameters.DeferTransports, fault);
        if (FaultOfHosts(snapshot.Get(RoutingParameters.Relayhost)) is { } bad) Add(FaultSeverity.Error, snapshot, RoutingParameters.Relayhost, bad);
        foreach (var service in snapshot.Services) CheckOwn(service);
        var check = new TableCheck();
        check.Run(tables, RoutingParameters.TransportMaps, snapshot, FaultOfDestination);
        check.Run(tables, RoutingParameters.SenderDependentDefaultTransportMaps, snapshot, value => IsDunno(value) ? null : FaultOfDestination(value));
        check.Run(tables, RoutingParameters.SenderDependentRelayhostMaps, snapshot, value => IsDunno(value) ? null : FaultOfHosts(value));
        return [.. faults.Distinct()];

        void CheckOwn(ServiceEntry service)
        {
            var own = snapshot.ForService(service);
            foreach (var parameter in new[] { RoutingParameters.DefaultTransport, RoutingParameters.RelayTransport, RoutingParameters.LocalTransport })
                if (service.Overrides.Any(o => o.Name == parameter.Name)) Check(own, parameter);
            if (service.Overrides.Any(o => o.Name == RoutingParameters.TransportMaps.Name))
                new TableCheck().Run(tables.For(own), RoutingParameters.TransportMaps, own, FaultOfDestination);
            if (!takesHosts.TryGetValue(service.Name, out var isClient) || !isClient || service.Type == ServiceType.Inet) return;
            foreach (var host in own.Get(SmtpParameters.FallbackRelay))
                if (FaultOfHosts(host) is { } fault) Add(FaultSeverity.Error, own, SmtpParameters.FallbackRelay, fault);
        }

        void Check(ConfigSnapshot config, Parameter<string> parameter)
        {
            if (FaultOfDestination(config.Get(parameter)) is not { } fault) return;
            var isSet = config.Space.FindExplicit(parameter.Name) is not null;
            Add(isSet ? FaultSeverity.Error : FaultSeverity.Warning, config, parameter, fault);
        }

        void Add(FaultSeverity severity, ConfigSnapshot config, Parameter parameter, string fault) =>
            faults.Add(config.Place(new ConfigFault(severity, ConfigLoader.MainFile, 0, parameter.Name, fault)));
    }

    /// <summary>What is wrong with <c>transport:nexthop</c>; null for nothing.</summary>
    public string? FaultOfDestination(string value)
    {
        var hop = Hop.Split(value);
        if (hop.IsText || hop.Transport.Length == 0) return null;
        if (FaultOfService(hop.Transport) is { } fault) return fault;
        return takesHosts[hop.Transport] ? FaultOfHosts(hop.Nexthop) : null;
    }

    private string? FaultOfService(string name) => takesHosts.ContainsKey(name) ? null
        : $"{MissingService.Describe(name, snapshot)}: mail for it waits; use one of {string.Join(", ", takesHosts.Keys.Order(StringComparer.Ordinal))}";

    private static string? FaultOfHosts(string text)
    {
        foreach (var host in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            if (Nexthop.TryParse(host, 25, out var fault) is null) return fault;
        return null;
    }

    private static bool IsDunno(string value) => value.Equals("DUNNO", StringComparison.OrdinalIgnoreCase);
}
