using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Dns;

/// <summary>
/// The name under which DNS keeps what belongs to an address: <c>4.3.2.1.in-addr.arpa</c>, or nibbles under <c>ip6.arpa</c>.
/// </summary>
public static class ReverseName
{
    /// <summary>The name for an address; one of IPv4 mapped into IPv6 counts as IPv4.</summary>
    public static string Of(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var octets = address.GetAddressBytes().Reverse();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? string.Join('.', octets) + ".in-addr.arpa"
            : string.Concat(octets.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o & 0xF:x}.{o >> 4:x}."))) + "ip6.arpa";
    }
}
