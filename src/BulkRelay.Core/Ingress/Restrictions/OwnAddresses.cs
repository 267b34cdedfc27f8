using System.Net;
using System.Net.NetworkInformation;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// By what this machine is known: its addresses, those under which others see it (<c>proxy_interfaces</c>), and its name.
/// </summary>
internal sealed class OwnAddresses(ConfigSnapshot snapshot)
{
    private readonly HashSet<IPAddress> _addresses =
    [
        .. NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => new IPAddress(a.Address.GetAddressBytes())),
        .. snapshot.Get(SmtpParameters.ProxyInterfaces),
    ];

    private readonly string _name = snapshot.Get(MainParameters.MyHostname);

    /// <summary>Whether the address leads here.</summary>
    public bool Has(IPAddress address) => _addresses.Contains(address);

    /// <summary>Whether this is the relay's own name.</summary>
    public bool IsName(string host) => host.Equals(_name, StringComparison.OrdinalIgnoreCase);
}
