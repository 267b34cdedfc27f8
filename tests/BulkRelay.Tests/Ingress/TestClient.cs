using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BulkRelay.Tests.Ingress;

/// <summary>A client that sends what it is told and reads whole replies.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly NetworkStream _network;
    private StreamReader _reader;
    private Stream _stream;

    public TestClient(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        _stream = _network = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.UTF8);
    }

    /// <summary>Sends the text as it is.</summary>
    public Task SendAsync(string text) => _stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <summary>Sends a line and reads the reply.</summary>
    public async Task<string> CommandAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadReplyAsync() ?? throw new IOException($"no reply to {line}");
    }

    /// <summary>Sends a line and reads all lines of the reply.</summary>
    public async Task<IReadOnlyList<string>> CommandLinesAsync(string line)
    {
        await SendAsync(line + "\r\n");
        var lines = new List<string>();
        do lines.Add(await _reader.ReadLineAsync() ?? throw new IOException($"no reply to {line}"));
        while (lines[^1] is [_, _, _, '-', ..]);
        return lines;
    }

    /// <summary>The last line of the next reply; null if the connection ends instead.</summary>
    public async Task<string?> ReadReplyAsync()
    {
        try
        {
            string? line;
            do line = await _reader.ReadLineAsync();
            while (line is [_, _, _, '-', ..]);
            return line;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Says that nothing more will come.</summary>
    public void CloseSending() => _network.Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Makes the TLS handshake, taking any certificate, and speaks TLS from then on.</summary>
    public async Task<SslStream> SecureAsync(X509Certificate2? certificate = null, string serverName = "relay.test", SslProtocols protocols = SslProtocols.None)
    {
        var tls = new SslStream(_network);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = serverName,
            ClientCertificates = certificate is null ? null : [certificate],
            EnabledSslProtocols = protocols,
#pragma warning disable CA5359 // The certificate is the test's own.
            RemoteCertificateValidationCallback = TakeAny,
#pragma warning restore CA5359
        });
        _reader = new StreamReader(tls, Encoding.UTF8);
        return tls;
    }

    /// <summary>Sends octets past TLS.</summary>
    public Task SendInClearAsync(string text) => _network.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    /// <summary>Breaks the connection (RST).</summary>
    public void Reset() => _network.Socket.Close(0);

    /// <summary>Everything up to 354, for one recipient; the message is to follow.</summary>
    public async Task BeginMessageAsync()
    {
        await BeginTransactionAsync("b@y.test");
        (await CommandAsync("DATA")).ShouldStartWith("354 ");
    }

    /// <summary>Everything up to the first recipient.</summary>
    public async Task BeginTransactionAsync(string recipient)
    {
        (await CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await CommandAsync($"RCPT TO:<{recipient}>")).ShouldStartWith("250 ");
    }

    public void Dispose() => _reader.Dispose();

    [SuppressMessage("Security", "CA5359", Justification = "The certificate is the test's own; it looks at it itself.")]
    private static bool TakeAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}
