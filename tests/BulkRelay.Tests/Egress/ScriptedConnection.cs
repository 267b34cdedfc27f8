using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Tests.Egress;

/// <summary>One connection of a <see cref="ScriptedServer"/>, with the words of a script.</summary>
public sealed class ScriptedConnection(Socket socket, Replay replay, SslServerAuthenticationOptions? tls) : IDisposable
{
    private readonly StringBuilder _received = new();
    private readonly TaskCompletionSource _content = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stream _stream = new NetworkStream(socket, ownsSocket: false);
    private int _read;

    /// <summary>All that came, one character for an octet.</summary>
    public string Received
    {
        get
        {
            lock (_received) return _received.ToString();
        }
    }

    /// <summary>What the last <see cref="ExpectContentAsync"/> read, final dot included.</summary>
    public string Content { get; private set; } = "";

    /// <summary>Completes when the first octet after a 354 has come.</summary>
    public Task ContentBegan => _content.Task;

    /// <summary>Says replies; each string is one or more lines, CRLF is added at the end.</summary>
    public Task SayAsync(string lines) => SendAsync(lines + "\r\n");

    /// <summary>Sends octets as they are, in the way of the replay.</summary>
    public async Task SendAsync(string octets)
    {
        foreach (var part in Split(octets)) await _stream.WriteAsync(Encoding.Latin1.GetBytes(part));
    }

    /// <summary>Waits for a command line that begins so.</summary>
    public async Task<string> ExpectAsync(string prefix)
    {
        int end;
        while ((end = Unread.IndexOf("\r\n", StringComparison.Ordinal)) < 0)
            if (!await ReadAsync()) throw new InvalidOperationException($"expected '{prefix}', but the client closed after '{Received}'");
        var line = Unread[..end];
        _read += end + 2;
        line.ShouldStartWith(prefix);
        return line;
    }

    /// <summary>True if nothing has come beyond what was expected so far.</summary>
    public bool IsQuiet => Unread.Length == 0 && !socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Looks at the next command without taking it.</summary>
    public async Task<bool> IsNextAsync(string prefix)
    {
        while (Unread.Length < prefix.Length)
            if (!await ReadAsync()) return false;
        return Unread.StartsWith(prefix, StringComparison.Ordinal);
    }

    /// <summary>Reads content up to and with the final dot, behind which a client has nothing to say until it is answered.</summary>
    public async Task ExpectContentAsync()
    {
        while (!IsAtFinalDot())
            if (!await ReadAsync()) throw new InvalidOperationException("the client closed before the final dot");
        Content = Unread;
        _read += Content.Length;
    }

    /// <summary>Waits for one octet of content, and reads no further.</summary>
    public async Task ExpectContentToBeginAsync()
    {
        if (Unread.Length == 0) (await ReadAsync()).ShouldBeTrue();
        _content.TrySetResult();
    }

    /// <summary>Greeting, EHLO with PIPELINING and what else is offered.</summary>
    public async Task GreetAsync(params string[] extensions)
    {
        await SayAsync("220 sink ESMTP");
        await ExpectAsync("EHLO ");
        await SayAsync(string.Join("\r\n", ["250-sink", .. extensions.Select(e => "250-" + e), "250 PIPELINING"]));
    }

    /// <summary>A whole transaction with one recipient.</summary>
    public async Task TakeMailAsync(string reply = "250 2.0.0 Ok: queued as 4F2A")
    {
        await ExpectAsync("MAIL FROM:");
        await ExpectAsync("RCPT TO:");
        await ExpectAsync("DATA");
        await SayAsync("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 Go on");
        await ExpectContentAsync();
        await SayAsync(reply);
    }

    public async Task StartTlsAsync()
    {
        var ssl = new SslStream(_stream);
        await ssl.AuthenticateAsServerAsync(tls!);
        _stream = ssl;
    }

    /// <summary>Closes politely.</summary>
    public void Close() => socket.Shutdown(SocketShutdown.Both);

    /// <summary>Closes with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    /// <summary>Keeps reading until the client closes.</summary>
    public async Task ReadToEndAsync()
    {
        while (await ReadAsync())
            _read = Received.Length;
    }

    public void Dispose()
    {
        _stream.Dispose();
        socket.Dispose();
    }

    private string Unread => Received[_read..];

    private bool IsAtFinalDot()
    {
        lock (_received)
        {
            var length = _received.Length;
            var tail = _received.ToString(Math.Max(_read, length - 5), Math.Min(5, length - _read));
            return tail is ".\r\n" or "\r\n.\r\n";
        }
    }

    private async Task<bool> ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            var count = await _stream.ReadAsync(buffer);
            lock (_received) _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            return count > 0;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private IEnumerable<string> Split(string octets) => replay switch
    {
        Replay.LineByLine => octets.Replace("\n", "\n\0").Split('\0', StringSplitOptions.RemoveEmptyEntries),
        Replay.ByteByByte => octets.Select(c => c.ToString()),
        _ => [octets],
    };
}
