using System.Globalization;
using System.Net;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Dns;

/// <summary>
/// What resolv.conf(5) says about name servers. Search lists are not read: a mail domain is always complete, as in Postfix without
/// <c>smtp_dns_resolver_options</c>.
/// </summary>
internal sealed record ResolvConf(IReadOnlyList<IPEndPoint> Servers, TimeSpan Timeout, int Attempts)
{
    /// <summary>Where the system keeps it.</summary>
    public const string Path = "/etc/resolv.conf";

    /// <summary>The most of each that the system's own resolver takes (resolv.conf(5)).</summary>
    private const int MaxServers = 3, MaxTimeout = 30, MaxAttempts = 5;

    /// <summary>
    /// Reads a text of that form. What makes no sense is passed over, as the system does; without a server there is the one of this
    /// machine.
    /// </summary>
    public static ResolvConf Parse(string text)
    {
        var servers = new List<IPEndPoint>();
        int timeout = 5, attempts = 2;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var server, ..] && servers.Count < MaxServers && IPAddress.TryParse(server, out var address))
                servers.Add(new IPEndPoint(address, DnsParameters.DnsPort));
            if (words is not ["options", .. var options]) continue;
            foreach (var option in options)
            {
                if (Number(option, "timeout:") is { } seconds) timeout = Math.Clamp(seconds, 1, MaxTimeout);
                if (Number(option, "attempts:") is { } count) attempts = Math.Clamp(count, 1, MaxAttempts);
            }
        }
        if (servers.Count == 0) servers.Add(new IPEndPoint(IPAddress.Loopback, DnsParameters.DnsPort));
        return new ResolvConf(servers, TimeSpan.FromSeconds(timeout), attempts);
    }

    private static int? Number(string option, string key) =>
        option.StartsWith(key, StringComparison.Ordinal)
        && int.TryParse(option.AsSpan(key.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;
}
