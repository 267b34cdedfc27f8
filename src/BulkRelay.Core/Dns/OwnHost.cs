using System.Net;

namespace BulkRelay.Core.Dns;

/// <summary>
/// By what this relay knows itself among the mail hosts of a domain (RFC 5321 section 5.1: it must not deliver to itself, nor to a
/// host that is no better than itself): by addresses, as Postfix does. A name may stand for several machines.
/// </summary>
/// <param name="addresses">The addresses that are its own, and those that are forwarded to it.</param>
public sealed class OwnHost(IEnumerable<IPAddress> addresses)
{
    private readonly HashSet<IPAddress> _addresses = [.. addresses];

    /// <summary>Nobody: for nexthops on another port than 25, where a host of that address is another service.</summary>
    public static OwnHost None { get; } = new([]);

    /// <summary>True if a host is this relay. The unspecified address always is: a connection to it ends at the machine itself.</summary>
    public bool Is(MailHost host) => _addresses.Contains(host.Address)
        || host.Address.Equals(IPAddress.Any) || host.Address.Equals(IPAddress.IPv6Any);
}
