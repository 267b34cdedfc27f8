using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace BulkRelay.Core.Configuration;

/// <summary>The addresses of this machine that <c>inet_interfaces</c> names.</summary>
internal static class OwnInterfaces
{
    /// <summary>Looks for them now.</summary>
    /// <param name="interfaces">The value of <c>inet_interfaces</c>.</param>
    public static IEnumerable<UnicastIPAddressInformation> Find(string interfaces)
    {
        var names = ParameterList.TrySplit(interfaces, out _) ?? [];
        return NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus != OperationalStatus.Down)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Where(a => Listens(a.Address, names))
            .OrderBy(a => a.Address.AddressFamily == AddressFamily.InterNetworkV6)
            .ThenByDescending(a => IPAddress.IsLoopback(a.Address));
    }

    /// <summary>The address without the interface that it belongs to.</summary>
    public static IPAddress Plain(IPAddress address) => new(address.GetAddressBytes());

    private static bool Listens(IPAddress address, IReadOnlyList<string> interfaces) => interfaces.Any(name => name switch
    {
        "all" => true,
        "loopback-only" => IPAddress.IsLoopback(address),
        _ when IPAddress.TryParse(name.Trim('[', ']'), out var listed) => listed.Equals(Plain(address)),
        _ => Resolve(name).Contains(Plain(address)),
    });

    /// <summary>A name in <c>inet_interfaces</c>. One that does not resolve adds nothing: no client is trusted because of it.</summary>
    private static IPAddress[] Resolve(string name)
    {
        try
        {
            return System.Net.Dns.GetHostAddresses(name);
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
