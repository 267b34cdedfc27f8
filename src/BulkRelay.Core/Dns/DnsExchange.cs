using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Dns;

/// <summary>
/// One query to one server. Each goes by a socket of its own: the system gives it an unpredictable port and drops what other hosts or
/// ports send to it (RFC 5452); what remains and does not answer the query is ignored.
/// </summary>
/// <remarks>
/// Both ways end by an answer, by an <see cref="IOException"/> or <see cref="SocketException"/>, or by the cancellation that is their
/// time-out.
/// </remarks>
internal static class DnsExchange
{
    /// <summary>Larger than what we ask for: a server that sends more than that is not wrong enough to be ignored.</summary>
    private const int UdpBufferSize = 4096;

    /// <summary>By UDP (RFC 1035 section 4.2.1). The answer may be truncated.</summary>
    public static async Task<byte[]> ByUdpAsync(IPEndPoint server, DnsQuery query, CancellationToken timeout)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, timeout);
        await socket.SendAsync(query.Octets, SocketFlags.None, timeout);
        var buffer = new byte[UdpBufferSize];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, SocketFlags.None, timeout);
            if (query.IsAnsweredBy(buffer.AsSpan(0, length))) return buffer[..length];
        }
    }

    /// <summary>By TCP (RFC 7766): a length of two octets before each message.</summary>
    public static async Task<byte[]> ByTcpAsync(IPEndPoint server, DnsQuery query, CancellationToken timeout)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, timeout);
        using var stream = new NetworkStream(socket);
        var framed = new byte[2 + query.Octets.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Octets.Length);
        query.Octets.CopyTo(framed, 2);
        await stream.WriteAsync(framed, timeout);
        while (true)
        {
            var answer = await ReadFramedAsync(stream, timeout);
            if (query.IsAnsweredBy(answer)) return answer;
        }
    }

    private static async Task<byte[]> ReadFramedAsync(NetworkStream stream, CancellationToken timeout)
    {
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, timeout);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(answer, timeout);
        return answer;
    }
}
