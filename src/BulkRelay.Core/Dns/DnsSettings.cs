using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Dns;

/// <summary>What a <see cref="DnsResolver"/> works with.</summary>
public sealed record DnsSettings
{
    /// <summary>The name servers in the order in which they are asked; at least one.</summary>
    public required IReadOnlyList<IPEndPoint> Servers { get; init; }

    /// <summary>How long to wait for one answer of one server.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How often to go through the servers.</summary>
    public required int Attempts { get; init; }

    /// <summary>The most answers in the cache.</summary>
    public required int CacheSize { get; init; }

    /// <summary>The most octets of memory that they take.</summary>
    public required long CacheMemoryLimit { get; init; }

    /// <summary>The longest time that records are kept.</summary>
    public required TimeSpan MaxTtl { get; init; }

    /// <summary>The longest time that their absence is kept.</summary>
    public required TimeSpan MaxNegativeTtl { get; init; }

    /// <summary>As the configuration says, and <c>/etc/resolv.conf</c> where it leaves that to the system.</summary>
    public static DnsSettings From(ConfigSnapshot snapshot) =>
        From(snapshot, File.Exists(ResolvConf.Path) ? File.ReadAllText(ResolvConf.Path) : "");

    internal static DnsSettings From(ConfigSnapshot snapshot, string resolvConf)
    {
        var system = ResolvConf.Parse(resolvConf);
        var servers = snapshot.Get(DnsParameters.DnsServers);
        var timeout = snapshot.Get(DnsParameters.DnsQueryTimeout);
        var attempts = snapshot.Get(DnsParameters.DnsQueryAttempts);
        return new DnsSettings
        {
            Servers = servers.Count > 0 ? servers : system.Servers,
            Timeout = timeout > TimeSpan.Zero ? timeout : system.Timeout,
            Attempts = attempts > 0 ? attempts : system.Attempts,
            CacheSize = snapshot.Get(DnsParameters.DnsCacheSize),
            CacheMemoryLimit = snapshot.Get(DnsParameters.DnsCacheMemoryLimit),
            MaxTtl = snapshot.Get(DnsParameters.DnsCacheMaxTtl),
            MaxNegativeTtl = snapshot.Get(DnsParameters.DnsCacheMaxNegativeTtl),
        };
    }
}
