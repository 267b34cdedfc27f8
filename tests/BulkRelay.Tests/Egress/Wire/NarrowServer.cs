using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Tests.Egress.Wire;

/// <summary>
/// A next hop that takes one message, a few octets at a time through the smallest buffers that the system has, and keeps every octet. It
/// counts the octets of the content and does not look at them: a wrong order comes to an end here too.
/// </summary>
internal sealed class NarrowServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 2048 };
    private readonly StringBuilder _received = new();

    public NarrowServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    /// <summary>As a nexthop.</summary>
    public string Nexthop => $"[127.0.0.1]:{((IPEndPoint)_listener.LocalEndPoint!).Port}";

    /// <summary>Takes one message, and returns all that came, from EHLO to QUIT (under TLS: from the second EHLO on).</summary>
    /// <param name="length">The octets from the content to the end of data.</param>
    /// <param name="reads">How many octets are taken at once, used in turn.</param>
    /// <param name="tls">The certificate to offer TLS with; null to stay in clear.</param>
    public async Task<string> TakeAsync(int length, int[] reads, SslServerAuthenticationOptions? tls)
    {
        using var socket = await _listener.AcceptAsync();
        Stream stream = new NetworkStream(socket, ownsSocket: false);
        await SayAsync(stream, "220 narrow ESMTP");
        await ReadLinesAsync(stream, 1);
        if (tls is not null) stream = await EncryptAsync(stream, tls);
        await SayAsync(stream, "250-narrow\r\n250-8BITMIME\r\n250 PIPELINING");
        await ReadLinesAsync(stream, 3);
        await SayAsync(stream, "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go on");
        for (var (i, left) = (0, length); left > 0; i++) left -= await ReadAsync(stream, Math.Min(left, reads[i % reads.Length]));
        await SayAsync(stream, "250 2.0.0 Ok");
        // QUIT is not answered: a client that does not wait for it would reset the connection.
        while (await ReadAsync(stream, 1) > 0) ;
        await stream.DisposeAsync();
        return _received.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private async Task<Stream> EncryptAsync(Stream stream, SslServerAuthenticationOptions tls)
    {
        await SayAsync(stream, "250-narrow\r\n250 STARTTLS");
        await ReadLinesAsync(stream, 1);
        await SayAsync(stream, "220 Go on");
        _received.Clear();
        var ssl = new SslStream(stream);
        await ssl.AuthenticateAsServerAsync(tls);
        await ReadLinesAsync(ssl, 1);
        return ssl;
    }

    private static ValueTask SayAsync(Stream stream, string lines) => stream.WriteAsync(Encoding.Latin1.GetBytes(lines + "\r\n"));

    /// <summary>Octet by octet, so that nothing behind the last line is taken.</summary>
    private async Task ReadLinesAsync(Stream stream, int count)
    {
        while (count > 0)
        {
            if (await ReadAsync(stream, 1) == 0) throw new InvalidOperationException($"the client closed after '{_received}'");
            if (_received[^1] == '\n') count--;
        }
    }

    private async Task<int> ReadAsync(Stream stream, int most)
    {
        var buffer = new byte[most];
        var count = await stream.ReadAsync(buffer);
        _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        return count;
    }
}
