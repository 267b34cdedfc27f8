using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace BulkRelay.Core.Configuration;

/// <summary>The default of <c>mynetworks</c>: this machine's own addresses or networks, as <c>mynetworks_style</c> says.</summary>
internal static class OwnNetworks
{
    /// <summary>The list in the syntax of <c>mynetworks</c>: <c>127.0.0.1/32 [::1]/128</c>.</summary>
    public static string Compute(ParameterSpace space)
    {
        var style = space.Expand("mynetworks_style", out _) ?? "host";
        var protocols = ParameterList.TrySplit(space.Expand("inet_protocols", out _) ?? "all", out _) ?? [];
        var own = OwnInterfaces.Find(space.Expand("inet_interfaces", out _) ?? "all")
            .Where(a => protocols.Contains("all", StringComparer.OrdinalIgnoreCase)
                || protocols.Contains(IsV6(a.Address) ? "ipv6" : "ipv4", StringComparer.OrdinalIgnoreCase));
        return string.Join(' ', own.Select(a => Network(a.Address, PrefixLength(style, a))).Distinct());
    }

    private static int PrefixLength(string style, UnicastIPAddressInformation own)
    {
        if (style == "host") return IsV6(own.Address) ? 128 : 32;
        if (style != "class" || IsV6(own.Address)) return own.PrefixLength;
        return own.Address.GetAddressBytes()[0] switch { < 128 => 8, < 192 => 16, < 224 => 24, < 240 => 4, _ => 32 };
    }

    private static string Network(IPAddress address, int prefixLength)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = prefixLength; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> bit % 8);
        var text = new IPAddress(bytes).ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{(IsV6(address) ? $"[{text}]" : text)}/{prefixLength}");
    }

    private static bool IsV6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;
}
