using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Server.Sink;

/// <summary>
/// An SMTP destination for demonstrations and tests: takes everything, or misbehaves as <see cref="SinkOptions"/> says, and counts.
/// </summary>
internal sealed class SinkServer : IAsyncDisposable
{
    private readonly SinkOptions _options;
    private readonly Action<SinkMessage>? _received;
    private readonly Action<Socket>? _connected;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Random _random;
    private readonly Task _accepting;
    private long _files;

    /// <summary>Begins to listen at once.</summary>
    /// <param name="options">How to behave.</param>
    /// <param name="received">Told of every message just before the reply to its end of data is sent, on the session's own thread.</param>
    /// <param name="time">The clock of delays and time stamps.</param>
    /// <param name="connected">Told of every connection before anything is said on it.</param>
    public SinkServer(SinkOptions options, TimeProvider time, Action<SinkMessage>? received = null, Action<Socket>? connected = null)
    {
        _options = options;
        _received = received;
        _connected = connected;
        Time = time;
        _random = new Random(options.Seed);
        if (options.Folder is not null) Directory.CreateDirectory(options.Folder);
        _listener = new Socket(options.Listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(options.Listen);
        _listener.Listen(1024);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptLoopAsync();
    }

    /// <summary>Where it listens, with the real port.</summary>
    public IPEndPoint EndPoint { get; }

    public SinkCounters Counters { get; } = new();

    internal SinkOptions Options => _options;

    internal TimeProvider Time { get; }

    /// <summary>Closes the listener and all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    /// <summary>True with the given probability.</summary>
    internal bool Draw(double share)
    {
        if (share <= 0) return false;
        if (share >= 1) return true;
        lock (_random) return _random.NextDouble() < share;
    }

    internal void Received(SinkMessage message)
    {
        Counters.Judged(message.Verdict);
        if (message.Reply is >= 200 and < 300)
        {
            Counters.Accepted(message.Recipients.Count, message.Wire.Length);
            if (_options.Folder is { } folder)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _files):D8}.eml");
                File.WriteAllBytes(Path.Combine(folder, name), message.Content());
            }
        }
        _received?.Invoke(message);
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                socket.NoDelay = true;
                _connected?.Invoke(socket);
                _ = new SinkSession(this, socket).RunAsync(_stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The sink is being closed.
        }
    }
}
