using System.Net;
using System.Net.NetworkInformation;
using BulkRelay.Core.Dns;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Where this relay can be reached, port by port. Port 25 of its own addresses is always the relay, as in Postfix: mail that a domain has
/// sent to this machine has arrived, whoever forwards that port to the one that the relay listens on. Other ports are the relay where it
/// listens on them, and somebody else otherwise.
/// </summary>
public sealed class OwnEndpoints
{
    private const int SmtpPort = 25;

    private readonly Dictionary<int, OwnHost> _byPort;

    /// <param name="listening">What it listens on; the unspecified address stands for all addresses of the machine.</param>
    /// <param name="own">The addresses that are the relay's at port 25: those of <c>inet_interfaces</c> and <c>proxy_interfaces</c>.</param>
    public OwnEndpoints(IEnumerable<IPEndPoint> listening, IEnumerable<IPAddress> own) =>
        _byPort = listening.Concat(own.Select(address => new IPEndPoint(address, SmtpPort))).GroupBy(endpoint => endpoint.Port)
            .ToDictionary(port => port.Key, port => new OwnHost(port.SelectMany(endpoint => Expand(endpoint.Address))));

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
