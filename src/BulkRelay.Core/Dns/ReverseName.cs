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
    public static string Of(IPAddress address) => Under(address, IsIpv4(address) ? "in-addr.arpa" : "ip6.arpa");

    /// <summary>The same labels under a domain, as DNS lists have addresses (RFC 5782).</summary>
    public static string Under(IPAddress address, string domain)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var octets = address.GetAddressBytes().Reverse();
        var labels = IsIpv4(address) ? octets.Select(o => o.ToString(CultureInfo.InvariantCulture))
            : octets.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o & 0xF:x}.{o >> 4:x}"));
        return $"{string.Join('.', labels)}.{domain}";
    }

    private static bool IsIpv4(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
}
