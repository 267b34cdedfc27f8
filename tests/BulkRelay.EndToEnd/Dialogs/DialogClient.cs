using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>The client's end of a dialogue: sends octets as they are, reads lines.</summary>
internal sealed class DialogClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

#pragma warning disable CA5359 // The certificate is the test's own.
    private static readonly SslClientAuthenticationOptions AnyServer = new() { TargetHost = "relay.test", RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359

    private readonly Socket _socket;
    private Stream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private string? _unread;

    public DialogClient(IPAddress from, IPEndPoint to)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _socket.Bind(new IPEndPoint(from, 0));
        _socket.Connect(to);
        _stream = new NetworkStream(_socket, ownsSocket: true);
    }

    public async Task SendAsync(byte[] octets)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _stream.WriteAsync(octets, patience.Token);
        }
        catch (IOException)
        {
            // The server has hung up in the middle; the next step says whether it should have.
        }
    }

    /// <summary>Encrypts the connection. Nobody may have sent anything that was not read.</summary>
    public async Task EncryptAsync()
    {
        _start.ShouldBe(_end, "the server has said something in clear that nobody asked for");
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        using var patience = new CancellationTokenSource(Patience);
        await tls.AuthenticateAsClientAsync(AnyServer, patience.Token);
        _stream = tls;
    }

    /// <summary>Says a line and reads the reply, which must have the code.</summary>
    public async Task AskAsync(string line, string code)
    {
        await SendAsync(Encoding.UTF8.GetBytes($"{line}\r\n"));
        string? reply;
        do reply = await ReadLineAsync();
        while (reply is [_, _, _, '-', ..]);
        reply.ShouldNotBeNull().ShouldStartWith(code);
    }

    /// <summary>Puts a line back, to be the next one that is read.</summary>
    public void Unread(string line) => _unread = line;

    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next line without its CRLF; null if the connection ends instead.</summary>
    public async Task<string?> ReadLineAsync()
    {
        if (Interlocked.Exchange(ref _unread, null) is { } unread) return unread;
        var line = new List<byte>();
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            while (_start < _end)
            {
                line.Add(_buffer[_start++]);
                if (line is [.., (byte)'\r', (byte)'\n']) return Encoding.UTF8.GetString([.. line[..^2]]);
            }
            _start = 0;
            _end = await ReceiveAsync(patience.Token);
            if (_end > 0) continue;
            return line.Count == 0 ? null : throw new IOException($"the connection ended within '{Encoding.UTF8.GetString([.. line])}'");
        }
    }

    public void Dispose() => _stream.Dispose();

    private async Task<int> ReceiveAsync(CancellationToken cancel)
    {
        try
        {
            return await _stream.ReadAsync(_buffer, cancel);
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return 0;
        }
    }
}
