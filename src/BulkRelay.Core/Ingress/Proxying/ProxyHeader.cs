using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using BulkRelay.Core.Dns;

namespace BulkRelay.Core.Ingress.Proxying;

/// <summary>
/// What a load balancer says of a connection before the first octet of it: the PROXY protocol, version 1 (text) and 2 (binary).
/// </summary>
/// <param name="Client">The client; null if it is the balancer itself, or nobody knows.</param>
/// <param name="Server">Where the client is connected to; null with <paramref name="Client"/>.</param>
internal sealed record ProxyHeader(IPEndPoint? Client, IPEndPoint? Server)
{
    /// <summary>The most octets of a header: with all that a balancer may add, and no more than that.</summary>
    public const int MaxLength = 4096;

    private const int MaxTextLength = 107;
    private const int BinaryPrefix = 16;
    private const byte Version2Local = 0x20;
    private const byte Version2Proxy = 0x21;
    private const byte Unspecified = 0x00;
    private const byte TcpOverIPv4 = 0x11;
    private const byte TcpOverIPv6 = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> TextPrefix => "PROXY "u8;

    /// <summary>
    /// The length of the header with which the octets begin: 0 if all of them belong to it and more has to come, -1 if they begin none.
    /// </summary>
    public static int Measure(ReadOnlySpan<byte> octets)
    {
        if (BeginsWith(octets, Signature))
        {
            if (octets.Length < BinaryPrefix) return 0;
            var length = BinaryPrefix + BinaryPrimitives.ReadUInt16BigEndian(octets[14..]);
            if (length > MaxLength) return -1;
            return octets.Length < length ? 0 : length;
        }
        if (!BeginsWith(octets, TextPrefix)) return -1;
        var end = octets[..Math.Min(octets.Length, MaxTextLength)].IndexOf((byte)'\n');
        if (end >= 0) return end + 1;
        return octets.Length < MaxTextLength ? 0 : -1;
    }

    /// <summary>Reads a whole header. Null and the fault if it makes no sense.</summary>
    public static ProxyHeader? Parse(ReadOnlySpan<byte> header, out string fault) =>
        BeginsWith(header, Signature) && header.Length >= BinaryPrefix ? ParseBinary(header, out fault) : ParseText(header, out fault);

    private static bool BeginsWith(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> whole) =>
        octets.Length < whole.Length ? whole.StartsWith(octets) : octets.StartsWith(whole);

    private static ProxyHeader? ParseText(ReadOnlySpan<byte> header, out string fault)
    {
        fault = "short protocol header";
        if (!header.EndsWith("\n"u8)) return null;
        // The specification wants CR before it; some balancers leave that out, and Postfix takes it.
        var words = Encoding.Latin1.GetString(header.EndsWith("\r\n"u8) ? header[..^2] : header[..^1]).Split(' ');
        fault = "bad or missing protocol type";
        if (words.Length < 2) return null;
        // The balancer does not know, and what follows means nothing: the connection stands for itself.
        if (words[1] == "UNKNOWN") return new ProxyHeader(null, null);
        if (words[1] is not ("TCP4" or "TCP6")) return null;
        var family = words[1] == "TCP4" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        fault = "wrong number of fields";
        if (words.Length != 6) return null;
        fault = "bad or missing client address";
        if (ParseEndPoint(words[2], words[4], family) is not { } client) return null;
        fault = "bad or missing server address";
        return ParseEndPoint(words[3], words[5], family) is { } server ? new ProxyHeader(client, server) : null;
    }

    private static IPEndPoint? ParseEndPoint(string address, string port, AddressFamily family)
    {
        if (AddressLiteral.Parse(address) is not { } parsed || parsed.AddressFamily != family || address.Contains('%', StringComparison.Ordinal)) return null;
        var isPort = ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (port.Length == 1 || port[0] != '0');
        return isPort ? new IPEndPoint(parsed, number) : null;
    }

    private static ProxyHeader? ParseBinary(ReadOnlySpan<byte> header, out string fault)
    {
        var (command, family) = (header[12], header[13]);
        var body = header[BinaryPrefix..];
        fault = "unrecognized protocol version";
        if (command is not (Version2Local or Version2Proxy)) return null;
        fault = "";
        if (command == Version2Local || family == Unspecified) return new ProxyHeader(null, null);
        var size = family switch { TcpOverIPv4 => 4, TcpOverIPv6 => 16, _ => 0 };
        fault = size == 0 ? "unsupported network protocol" : "short address field";
        // What follows the addresses are attributes that say nothing of interest here.
        if (size == 0 || body.Length < 2 * size + 4) return null;
        return new ProxyHeader(
            new IPEndPoint(new IPAddress(body[..size]), BinaryPrimitives.ReadUInt16BigEndian(body[(2 * size)..])),
            new IPEndPoint(new IPAddress(body[size..(2 * size)]), BinaryPrimitives.ReadUInt16BigEndian(body[(2 * size + 2)..])));
    }
}
