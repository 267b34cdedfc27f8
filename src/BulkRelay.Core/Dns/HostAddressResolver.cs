using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Dns;

/// <summary>Finds the addresses of a host in the families that are in use: by DNS, by the system's own service, or by both.</summary>
internal sealed class HostAddressResolver(DnsResolver dns)
{
    /// <summary>The most addresses of one host that are considered.</summary>
    public const int MaxAddresses = 100;

    private readonly DnsResolver _dns = dns;

    /// <summary>
    /// Looks a host up. A name that is an address in text form is that address, and <c>localhost</c> is this machine without a question
    /// to anybody (RFC 6761 section 6.3).
    /// </summary>
    public async Task<HostAddresses> FindAsync(string host, HostLookup lookup, InetProtocols protocols, CancellationToken cancel)
    {
        if (AddressLiteral.Parse(host) is { } literal)
        {
            var usable = Usable([literal], protocols);
            return usable.Count > 0 ? Found(usable)
                : new HostAddresses([], DnsStatus.Invalid, DnsAnswer.InvalidName(host, DnsType.A).Reason);
        }
        if (IsLocalhost(host)) return Found([.. LoopbackAddresses(protocols)]);
        if (!lookup.HasFlag(HostLookup.Dns)) return await ByNativeAsync(host, protocols, cancel);
        var found = await ByDnsAsync(host, protocols, cancel);
        return found.Status is DnsStatus.NoSuchName or DnsStatus.NoData && lookup.HasFlag(HostLookup.Native)
            ? await ByNativeAsync(host, protocols, cancel) : found;
    }

    private async Task<HostAddresses> ByDnsAsync(string host, InetProtocols protocols, CancellationToken cancel)
    {
        var types = new List<DnsType>(2);
        if (protocols.HasFlag(InetProtocols.Ipv4)) types.Add(DnsType.A);
        if (protocols.HasFlag(InetProtocols.Ipv6)) types.Add(DnsType.AAAA);
        var answers = await Task.WhenAll(types.Select(type => _dns.QueryAsync(host, type, cancel).AsTask()));
        var addresses = Usable(answers.SelectMany(a => a.Records).OfType<AddressRecord>().Select(r => r.Address), protocols);
        if (addresses.Count > 0) return Found(addresses);
        if (Array.Exists(answers, a => a.Status == DnsStatus.Found))
            return new HostAddresses([], DnsStatus.NoData, DnsAnswer.NoData(host, DnsType.AAAA).Reason);
        // Among equal failures Postfix names the last one.
        var worst = answers.Aggregate((best, next) => Softness(next.Status) >= Softness(best.Status) ? next : best);
        return new HostAddresses([], worst.Status, worst.Reason);
    }

    private static async Task<HostAddresses> ByNativeAsync(string host, InetProtocols protocols, CancellationToken cancel)
    {
        var family = protocols switch
        {
            InetProtocols.Ipv4 => AddressFamily.InterNetwork,
            InetProtocols.Ipv6 => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        try
        {
            var addresses = Usable(await System.Net.Dns.GetHostAddressesAsync(host, family, cancel), protocols);
            if (addresses.Count > 0) return Found(addresses);
            return new HostAddresses([], DnsStatus.NoSuchName, $"unable to look up host {host}: no address of a family in inet_protocols");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            var status = e switch
            {
                SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData } => DnsStatus.NoSuchName,
                SocketException => DnsStatus.Temporary,
                _ => DnsStatus.Invalid,
            };
            return new HostAddresses([], status, $"unable to look up host {host}: {e.Message}");
        }
    }

    /// <summary>
    /// The addresses that can be connected to. IPv4 mapped into IPv6 is IPv4: a socket for IPv6 does not get there.
    /// </summary>
    private static List<IPAddress> Usable(IEnumerable<IPAddress> addresses, InetProtocols protocols) =>
    [
        .. addresses.Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a).Where(a => protocols.Includes(a)).Distinct().Take(MaxAddresses),
    ];

    private static HostAddresses Found(IReadOnlyList<IPAddress> addresses) => new(addresses, DnsStatus.Found, "");

    private static bool IsLocalhost(string host) => host.TrimEnd('.') is var name
        && (name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<IPAddress> LoopbackAddresses(InetProtocols protocols)
    {
        if (protocols.HasFlag(InetProtocols.Ipv4)) yield return IPAddress.Loopback;
        if (protocols.HasFlag(InetProtocols.Ipv6)) yield return IPAddress.IPv6Loopback;
    }

    private static int Softness(DnsStatus status) => status switch
    {
        DnsStatus.Temporary => 2,
        DnsStatus.Invalid => 1,
        _ => 0,
    };
}
