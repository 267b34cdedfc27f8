using System.Globalization;
using System.Net;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// Where an inet service of <c>master.cf</c> listens: <c>port</c>, <c>host:port</c>, <c>[address]:port</c>; the port as a number or as a
/// name of <c>/etc/services</c>.
/// </summary>
/// <param name="Host">The host name or address, without brackets; empty for all addresses of <c>inet_interfaces</c>.</param>
/// <param name="Port">The port; 0 for any free one.</param>
public readonly record struct InetEndpoint(string Host, int Port)
{
    /// <summary>The address, if the host is one and not a name.</summary>
    public IPAddress? Address => IPAddress.TryParse(Host, out var address) ? address : null;

    /// <summary>Reads the name of an inet service. Null and what is wrong if it is not one.</summary>
    public static InetEndpoint? TryParse(string name, out string? fault)
    {
        fault = null;
        var colon = name.LastIndexOf(':');
        var host = colon < 0 ? "" : name[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        var port = name[(colon + 1)..];
        if (host.AsSpan().IndexOfAny('[', ']') >= 0 || port.Length == 0)
            fault = $"bad service name '{name}': use port, host:port or [address]:port";
        else if (PortNames.Find(port) is { } number) return new(host, number);
        else fault = char.IsAsciiDigit(port[0])
            ? $"bad port '{port}': use a number from 0 to 65535"
            : string.Create(CultureInfo.InvariantCulture, $"unknown service '{port}': use a port number or a name of {PortNames.ServicesFile}");
        return null;
    }
}
