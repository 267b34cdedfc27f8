using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Core.Ingress.Proxying;

/// <summary>Takes a <see cref="ProxyHeader"/> off a connection, and not an octet more: what follows may be a TLS handshake.</summary>
internal static class ProxyHeaderReader
{
    private const int FirstRead = 256;
    private const int ShownLength = 100;

    /// <summary>Reads the header. Null and the fault if none comes in time, or something else does.</summary>
    public static async ValueTask<(ProxyHeader? Header, string Fault)> ReadAsync(
        Socket socket, TimeProvider time, TimeSpan limit, CancellationToken interrupted)
    {
        using var tooLate = new CancellationTokenSource(limit, time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(tooLate.Token, interrupted);
        try
        {
            return await ReadAsync(socket, cancel.Token);
        }
        catch (OperationCanceledException)
        {
            return (null, "timeout error");
        }
        catch (SocketException e)
        {
            return (null, e.Message);
        }
    }

    private static async ValueTask<(ProxyHeader? Header, string Fault)> ReadAsync(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[FirstRead];
        for (var taken = 0; ;)
        {
            var seen = await socket.ReceiveAsync(buffer.AsMemory(taken), SocketFlags.Peek, cancel);
            if (seen == 0) return (null, "EOF");
            var length = ProxyHeader.Measure(buffer.AsSpan(0, taken + seen));
            if (length < 0) return (null, $"no protocol header: {Shown(buffer.AsSpan(0, taken + seen))}");
            var take = length > 0 ? length - taken : seen;
            taken += await socket.ReceiveAsync(buffer.AsMemory(taken, take), SocketFlags.None, cancel);
            if (length > 0 && taken == length)
                return ProxyHeader.Parse(buffer.AsSpan(0, length), out var fault) is { } header
                    ? (header, "") : (null, $"{fault}: {Shown(buffer.AsSpan(0, length))}");
            if (taken == buffer.Length) Array.Resize(ref buffer, ProxyHeader.MaxLength);
        }
    }

    private static string Shown(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder();
        foreach (var octet in octets[..Math.Min(octets.Length, ShownLength)])
        {
            if (octet is >= 0x20 and < 0x7F and not (byte)'\\') text.Append((char)octet);
            else text.Append(CultureInfo.InvariantCulture, $"\\{Convert.ToString(octet, 8).PadLeft(3, '0')}");
        }
        return text.ToString();
    }
}
