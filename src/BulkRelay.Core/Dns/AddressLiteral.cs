using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Dns;

/// <summary>Addresses that stand in place of a host name.</summary>
internal static class AddressLiteral
{
    /// <summary>
    /// IPv6, or a dotted quad; null for anything else. The shorthands that the library also reads (<c>1</c>, <c>0x7f.1</c>) are names here.
    /// </summary>
    public static IPAddress? Parse(string text) =>
        IPAddress.TryParse(text, out var address)
        && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text) ? address : null;
}
