using System.Net;
using System.Net.NetworkInformation;
using BulkRelay.Core.Dns;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Where this relay can be reached, port by port: an address with another port than one it listens on is somebody else, as on a
/// machine with several mail servers.
/// </summary>
public sealed class OwnEndpoints
{
    private const int SmtpPort = 25;

    private readonly Dictionary<int, OwnHost> _byPort;

    /// <param name="names"><c>myhostname</c> and other names of the relay. They stand for port 25.</param>
    /// <param name="listening">What it listens on; the unspecified address stands for all addresses of the machine.</param>
    /// <param name="proxied">Addresses of others that forward port 25 to it (<c>proxy_interfaces</c>).</param>
    public OwnEndpoints(IReadOnlyCollection<string> names, IEnumerable<IPEndPoint> listening, IReadOnlyCollection<IPAddress> proxied)
    {
        var byPort = listening.GroupBy(endpoint => endpoint.Port)
            .ToDictionary(port => port.Key, port => port.SelectMany(endpoint => Expand(endpoint.Address)).ToList());
        if (!byPort.TryGetValue(SmtpPort, out var smtp)) byPort.Add(SmtpPort, smtp = []);
        smtp.AddRange(proxied);
        _byPort = byPort.ToDictionary(port => port.Key, port => new OwnHost(port.Key == SmtpPort ? names : [], port.Value));
    }

    /// <summary>By what the relay knows itself when it is about to connect to that port.</summary>
    public OwnHost For(int port) => _byPort.GetValueOrDefault(port, OwnHost.None);

    private static IEnumerable<IPAddress> Expand(IPAddress address)
    {
        if (!address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)) return [address];
        return NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(own => own.AddressFamily == address.AddressFamily || address.Equals(IPAddress.IPv6Any));
    }
}
