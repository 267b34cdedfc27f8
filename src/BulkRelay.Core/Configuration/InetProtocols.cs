using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Configuration;

/// <summary>The address families that the relay uses, in and out (<c>inet_protocols</c>).</summary>
[Flags]
public enum InetProtocols
{
    /// <summary>A records, IPv4 sockets.</summary>
    Ipv4 = 1,

    /// <summary>AAAA records, IPv6 sockets.</summary>
    Ipv6 = 2,

    /// <summary>Both.</summary>
    All = Ipv4 | Ipv6,
}

/// <summary>What follows from <see cref="InetProtocols"/>.</summary>
internal static class InetProtocolsExtensions
{
    /// <summary>True if addresses of that family are in use.</summary>
    public static bool Includes(this InetProtocols protocols, IPAddress address) =>
        protocols.HasFlag(address.AddressFamily == AddressFamily.InterNetwork ? InetProtocols.Ipv4 : InetProtocols.Ipv6);
}
