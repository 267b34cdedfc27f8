using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress;

/// <summary>The addresses on which an inet service listens.</summary>
internal static class ListenerEndpoints
{
    /// <summary>
    /// The addresses of one service: its own host if its name has one, else those of <c>inet_interfaces</c>; of the families that
    /// <c>inet_protocols</c> allows. A name that cannot be resolved, or that leaves nothing, is a fault.
    /// </summary>
    public static IReadOnlyList<IPEndPoint> Of(ServiceEntry service, ConfigSnapshot config, List<ConfigFault> faults)
    {
        if (InetEndpoint.TryParse(service.Name, out var fault) is not { } endpoint)
        {
            faults.Add(new ConfigFault(FaultSeverity.Error, service.File, service.Line, service.Key, fault!));
            return [];
        }
        var protocols = config.Get(MainParameters.InetProtocols);
        var hosts = endpoint.Host.Length > 0 ? [endpoint.Host] : Interfaces(config);
        var found = hosts.SelectMany(host => AddressesOf(host, fault => faults.Add(
                new ConfigFault(FaultSeverity.Error, service.File, service.Line, service.Key, fault))))
            .Where(address => protocols.Includes(address))
            .Distinct().Select(address => new IPEndPoint(address, endpoint.Port)).ToList();
        if (found.Count == 0)
            faults.Add(new ConfigFault(FaultSeverity.Error, service.File, service.Line, service.Key, "there is no address to listen on: see inet_interfaces and inet_protocols"));
        return found;
    }

    /// <summary>
    /// The addresses of <c>inet_interfaces</c>, whatever service listens on them. A name without address is a fault of the services only.
    /// </summary>
    public static IReadOnlyList<IPAddress> InterfacesOf(ConfigSnapshot config) =>
        [.. Interfaces(config).SelectMany(host => AddressesOf(host, _ => { })).Distinct()];

    private static IReadOnlyList<string> Interfaces(ConfigSnapshot config) =>
        ParameterList.TrySplit(config.Get(SmtpdParameters.InetInterfaces), out _) ?? [];

    private static IPAddress[] AddressesOf(string host, Action<string> report)
    {
        switch (host.ToLowerInvariant())
        {
            case "all": return [IPAddress.Any, IPAddress.IPv6Any];
            case "loopback-only": return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        }
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address)) return [address];
        try
        {
            return System.Net.Dns.GetHostAddresses(host);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            report($"the host {host} has no address ({e.Message}): write an address, or mend inet_interfaces");
            return [];
        }
    }
}
