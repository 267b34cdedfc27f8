using System.Net;

namespace BulkRelay.Core.Dns;

/// <summary>
/// By what this relay knows itself among the mail hosts of a domain (RFC 5321 section 5.1: it must not deliver to itself, nor to a
/// host that is no better than itself).
/// </summary>
public sealed class OwnHost
{
    private readonly HashSet<string> _names;
    private readonly HashSet<IPAddress> _addresses;

    /// <param name="names">Its host names (<c>myhostname</c> and aliases), in any case.</param>
    /// <param name="addresses">The addresses that it listens on, and those that are forwarded to it.</param>
    public OwnHost(IEnumerable<string> names, IEnumerable<IPAddress> addresses)
    {
        _names = new HashSet<string>(names, StringComparer.OrdinalIgnoreCase);
        _addresses = [.. addresses];
    }

    /// <summary>Nobody: for nexthops on another port than 25, where a host of that address is another service.</summary>
    public static OwnHost None { get; } = new([], []);

    /// <summary>True if a host is this relay. The unspecified address always is: a connection to it ends at the machine itself.</summary>
    public bool Is(MailHost host) => IsNamed(host.Name) || _addresses.Contains(host.Address)
        || host.Address.Equals(IPAddress.Any) || host.Address.Equals(IPAddress.IPv6Any);

    /// <summary>True if a host name is one of this relay's.</summary>
    public bool IsNamed(string name) => _names.Contains(name);
}
