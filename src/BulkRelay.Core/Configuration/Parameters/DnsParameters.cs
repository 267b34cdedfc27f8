using System.Net;

namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>Name servers, and how the hosts of a destination are found.</summary>
public static class DnsParameters
{
    /// <summary>The port of name servers.</summary>
    public const int DnsPort = 53;

    public static readonly ParameterGroup Group = new("Name service");

    public static readonly Parameter<IReadOnlyList<IPEndPoint>> DnsServers = Group.Custom("dns_servers", "",
        "The name servers to ask, as address or address:port ([address]:port for IPv6), in order. Empty: those of /etc/resolv.conf.",
        ParseServers, range: "addresses", own: true);

    public static readonly Parameter<TimeSpan> DnsQueryTimeout = Group.Time("dns_query_timeout", "0s",
        "How long to wait for one answer of one name server. 0: as /etc/resolv.conf says (options timeout:n), or 5 seconds.",
        max: TimeSpan.FromMinutes(5), own: true);

    public static readonly Parameter<int> DnsQueryAttempts = Group.Int("dns_query_attempts", "0",
        "How often to go through the list of name servers before giving up for now. "
        + "0: as /etc/resolv.conf says (options attempts:n), or 2.",
        max: 10, own: true);

    public static readonly Parameter<int> DnsCacheSize = Group.Int("dns_cache_size", "50000",
        "The most answers that are kept in memory; the oldest make room. 0: keep none.", max: 10_000_000, unit: "answers", own: true);

    public static readonly Parameter<long> DnsCacheMemoryLimit = Group.Size("dns_cache_memory_limit", "33554432",
        "The most memory that these answers take together, however many and however large they are.", own: true);

    public static readonly Parameter<TimeSpan> DnsCacheMaxTtl = Group.Time("dns_cache_max_ttl", "1h",
        "The longest time that an answer is kept, whatever its own time to live.", own: true, max: ParameterGroup.AnyTime);

    public static readonly Parameter<TimeSpan> DnsCacheMaxNegativeTtl = Group.Time("dns_cache_max_negative_ttl", "5m",
        "The longest time that the absence of a name or of a record is kept.", own: true, max: ParameterGroup.AnyTime);

    public static readonly Parameter<bool> DisableDnsLookups = Group.Bool("disable_dns_lookups", "no",
        "Make no DNS look-ups in the SMTP and LMTP clients: hosts are found by the system's own service, and there are no MX hosts.");

    public static readonly Parameter<HostLookup> SmtpHostLookup = Group.Custom("smtp_host_lookup", "dns",
        "Where the SMTP client looks up addresses of hosts: dns, native (hosts file and what nsswitch.conf names), or both in this order.",
        ParseHostLookup, range: "dns, native");

    public static readonly Parameter<AddressPreference> SmtpAddressPreference = Group.Choice("smtp_address_preference", "any",
        "The address family that the SMTP client tries first among addresses of equal MX preference.",
        new Dictionary<string, AddressPreference>
        {
            ["any"] = AddressPreference.Any,
            ["ipv4"] = AddressPreference.Ipv4,
            ["ipv6"] = AddressPreference.Ipv6,
        });

    public static readonly Parameter<bool> SmtpRandomizeAddresses = Group.Bool("smtp_randomize_addresses", "yes",
        "Shuffle the addresses of equal MX preference, so that the load spreads over them.");

    public static readonly Parameter<bool> SmtpBalanceInetProtocols = Group.Bool("smtp_balance_inet_protocols", "yes",
        "See to it that both IPv4 and IPv6 addresses are tried within smtp_mx_address_limit when a destination has both.");

    public static readonly Parameter<int> SmtpMxAddressLimit = Group.Int("smtp_mx_address_limit", "5",
        "The most addresses of mail hosts that one delivery tries. 0: no limit.", unit: "addresses");

    public static readonly Parameter<bool> SmtpDeferIfNoMxAddressFound = Group.Bool("smtp_defer_if_no_mx_address_found", "no",
        "Defer mail when no MX record leads to an address. Otherwise such mail is returned.");

    public static readonly Parameter<bool> IgnoreMxLookupError = Group.Bool("ignore_mx_lookup_error", "no",
        "When the look-up of MX records fails, deliver to the domain's own address instead of deferring. Not for DNS that works.");

    private static IReadOnlyList<IPEndPoint> ParseServers(string value, out string? fault)
    {
        var servers = new List<IPEndPoint>();
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            if (IPEndPoint.TryParse(word, out var server))
                servers.Add(new IPEndPoint(server.Address, server.Port == 0 ? DnsPort : server.Port));
            else fault = $"bad name server '{word}': use an address or address:port";
        }
        return servers;
    }

    private static HostLookup ParseHostLookup(string value, out string? fault)
    {
        var lookup = default(HostLookup);
        foreach (var word in ParameterList.TrySplit(value, out fault) ?? [])
        {
            if (word.Equals("dns", StringComparison.OrdinalIgnoreCase)) lookup |= HostLookup.Dns;
            else if (word.Equals("native", StringComparison.OrdinalIgnoreCase)) lookup |= HostLookup.Native;
            else fault = $"unknown method '{word}': use dns or native";
        }
        if (lookup == default) fault ??= "no method: use dns or native";
        return lookup;
    }
}
