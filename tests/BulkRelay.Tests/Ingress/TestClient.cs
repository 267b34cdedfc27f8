using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Tests.Ingress;

/// <summary>A client that sends what it is told and reads whole replies.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly StreamReader _reader;
    private readonly NetworkStream _stream;

    public TestClient(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        _stream = new NetworkStream(socket, ownsSocket: true);
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
    public void CloseSending() => _stream.Socket.Shutdown(SocketShutdown.Send);

    /// <summary>Everything up to 354, for one recipient; the message is to follow.</summary>
    public async Task BeginMessageAsync()
    {
        (await CommandAsync("EHLO client.test")).ShouldStartWith("250 ");
        (await CommandAsync("MAIL FROM:<a@x.test>")).ShouldStartWith("250 ");
        (await CommandAsync("RCPT TO:<b@y.test>")).ShouldStartWith("250 ");
        (await CommandAsync("DATA")).ShouldStartWith("354 ");
    }

    public void Dispose() => _reader.Dispose();
}
