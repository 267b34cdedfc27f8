using System.Net;
using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Dns;

/// <summary>
/// Where a delivery goes, as tables and <c>relayhost</c> write it: <c>domain</c>, <c>[host]</c>, <c>[address]</c>, <c>[IPv6:address]</c>,
/// each with <c>:port</c> or <c>:service</c>. Brackets turn off the look-up of MX records.
/// </summary>
/// <param name="Name">The domain or host without brackets, or an address in text form.</param>
/// <param name="Port">The TCP port.</param>
/// <param name="IsHost">True if no MX records are looked up.</param>
public sealed record Nexthop(string Name, int Port, bool IsHost)
{
    /// <summary>The address, if the name is one.</summary>
    public IPAddress? Literal { get; private init; }

    /// <summary>Reads one nexthop. Null, and what is wrong with it, if it is none.</summary>
    public static Nexthop? TryParse(string text, int defaultPort, out string? fault)
    {
        var (host, service, isHost) = Split(text.Trim());
        fault = null;
        if (text.Contains('[', StringComparison.Ordinal) && !text.Contains(']', StringComparison.Ordinal)) fault = $"bad nexthop '{text}': the closing bracket is missing";
        else if (host.Length == 0) fault = $"bad nexthop '{text}': the host name is missing";
        else if (!TryPort(service, defaultPort, out var port))
            fault = $"bad nexthop '{text}': '{service}' is neither a port from 1 to 65535 nor a known service";
        else
        {
            var literal = AddressLiteral.Parse(isHost && host.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase) ? host[5..] : host);
            return new Nexthop(literal?.ToString() ?? host, port, isHost || literal is not null) { Literal = literal };
        }
        return null;
    }

    private static (string Host, string Service, bool IsHost) Split(string text)
    {
        if (text.StartsWith('[') && text.IndexOf(']') is var close and > 0)
        {
            var rest = text[(close + 1)..];
            return rest.Length == 0 || rest[0] == ':' ? (text[1..close], rest.TrimStart(':'), true) : ("", "", true);
        }
        var colon = text.IndexOf(':');
        return colon >= 0 && text.LastIndexOf(':') == colon ? (text[..colon], text[(colon + 1)..], false) : (text, "", false);
    }

    private static bool TryPort(string service, int defaultPort, out int port)
    {
        port = service.Length == 0 ? defaultPort : PortNames.Find(service) ?? 0;
        return port > 0;
    }
}
