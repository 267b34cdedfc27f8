using System.Net.Sockets;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Dns;

/// <summary>In which order the addresses of a destination are tried, and which of them when there are more than may be tried.</summary>
internal static class MailHostOrder
{
    /// <summary>Shuffles addresses of equal preference if asked to, and puts the preferred family first.</summary>
    public static void Arrange(List<MailHost> equals, bool shuffle, AddressPreference preference, Random random)
    {
        if (shuffle) random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(equals));
        if (preference == AddressPreference.Any) return;
        var first = preference == AddressPreference.Ipv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        var ordered = equals.OrderBy(host => host.Address.AddressFamily == first ? 0 : 1).ToList();
        equals.Clear();
        equals.AddRange(ordered);
    }

    /// <summary>
    /// The first hosts up to the limit (0: all). With <paramref name="balance"/> each family gets up to half of the places however far
    /// behind it stands, so that a broken IPv6 does not hide a working IPv4. The order stays.
    /// </summary>
    public static List<MailHost> Limit(List<MailHost> hosts, int limit, bool balance)
    {
        if (limit == 0 || hosts.Count <= limit) return hosts;
        if (!balance) return hosts[..limit];
        var kept = new List<MailHost>(limit);
        int ipv4 = Reserved(hosts, AddressFamily.InterNetwork, limit), ipv6 = Reserved(hosts, AddressFamily.InterNetworkV6, limit);
        foreach (var host in hosts)
        {
            var isIpv4 = host.Address.AddressFamily == AddressFamily.InterNetwork;
            if (kept.Count + (isIpv4 ? ipv6 : ipv4) >= limit) continue;
            kept.Add(host);
            if (isIpv4) ipv4 = Math.Max(0, ipv4 - 1);
            else ipv6 = Math.Max(0, ipv6 - 1);
        }
        return kept;
    }

    private static int Reserved(List<MailHost> hosts, AddressFamily family, int limit) =>
        Math.Min(hosts.Count(h => h.Address.AddressFamily == family), limit / 2);
}
