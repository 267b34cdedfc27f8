using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Server.SampleMail;

/// <summary>An SMTP session that sends messages one after the other to a relay that has no reason to refuse them.</summary>
internal sealed class SampleClient : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private string _parameters = "";

    private SampleClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reader = new StreamReader(_stream, Encoding.ASCII);
    }

    /// <summary>Connects and greets.</summary>
    /// <exception cref="SocketException">The relay does not listen.</exception>
    /// <exception cref="IOException">It does not take the greeting.</exception>
    public static async Task<SampleClient> ConnectAsync(IPEndPoint relay, string name, CancellationToken cancel)
    {
        var socket = new Socket(relay.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(relay, cancel);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        var client = new SampleClient(socket);
        try
        {
            await client.ExpectAsync("220", cancel);
            await client.WriteAsync($"EHLO {name}\r\n", cancel);
            if ((await client.ExpectAsync("250", cancel)).Contains("8BITMIME")) client._parameters = " BODY=8BITMIME";
        }
        catch
        {
            client.Dispose();
            throw;
        }
        return client;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _stream.Dispose();
    }

    /// <summary>Sends one message; it is the relay's when this completes.</summary>
    /// <exception cref="IOException">The relay did not take it.</exception>
    public async Task SendAsync(string sender, string recipient, ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        await WriteAsync($"MAIL FROM:<{sender}>{_parameters}\r\nRCPT TO:<{recipient}>\r\nDATA\r\n", cancel);
        await ExpectAsync("250", cancel);
        await ExpectAsync("250", cancel);
        await ExpectAsync("354", cancel);
        await _stream.WriteAsync(DotStuffing.Add(content.Span), cancel);
        await ExpectAsync("250", cancel);
    }

    /// <summary>Takes leave.</summary>
    public async Task QuitAsync(CancellationToken cancel)
    {
        await WriteAsync("QUIT\r\n", cancel);
        await ExpectAsync("221", cancel);
    }

    private ValueTask WriteAsync(string commands, CancellationToken cancel) =>
        _stream.WriteAsync(Encoding.ASCII.GetBytes(commands), cancel);

    /// <summary>The texts of a reply's lines.</summary>
    private async Task<IReadOnlyList<string>> ExpectAsync(string code, CancellationToken cancel)
    {
        var texts = new List<string>();
        while (true)
        {
            var line = await _reader.ReadLineAsync(cancel);
            if (line is not { Length: >= 3 } || !line.StartsWith(code, StringComparison.Ordinal))
                throw new IOException($"the relay said '{line}' where {code} was expected");
            texts.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] != '-') return texts;
        }
    }
}
