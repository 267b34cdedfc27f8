using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.EndToEnd.Dialogs;

/// <summary>The client's end of a dialogue: sends octets as they are, reads lines.</summary>
internal sealed class DialogClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

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

    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next line without its CRLF; null if the connection ends instead.</summary>
    public async Task<string?> ReadLineAsync()
    {
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
