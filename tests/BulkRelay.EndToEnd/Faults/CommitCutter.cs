using System.Net;
using System.Net.Sockets;

namespace BulkRelay.EndToEnd.Faults;

/// <summary>How a connection is cut around a commit.</summary>
public enum CommitCut
{
    /// <summary>The server never hears of it.</summary>
    BeforeTheRequest,

    /// <summary>The server gets all of it but the five octets of the Sync that commits it.</summary>
    BeforeTheSync,

    /// <summary>The server commits, and its answer is lost.</summary>
    BeforeTheReply,
}

/// <summary>
/// Stands between a store and PostgreSQL, and cuts the connection at a chosen moment of the next transaction. Needs a store that is
/// quiet otherwise.
/// </summary>
internal sealed class CommitCutter : IAsyncDisposable
{
    /// <summary>ReadyForQuery outside of a transaction: the last message of an answer.</summary>
    private static readonly byte[] Ready = [(byte)'Z', 0, 0, 0, 5, (byte)'I'];

    private const int SyncLength = 5;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _server;
    private readonly Task _accepting;
    private TaskCompletionSource _cut = new();
    private CommitCut? _armed;
    private volatile bool _isClosed;
    private volatile bool _isClosedAfterCut;

    public CommitCutter(int serverPort)
    {
        _server = serverPort;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Completes when the cut has been made.</summary>
    public Task Made => _cut.Task;

    /// <summary>Cuts the connection that speaks next.</summary>
    /// <param name="cut">When.</param>
    /// <param name="thenClosed">True: no further connection is let through until <see cref="Open"/>.</param>
    public void Arm(CommitCut cut, bool thenClosed = false)
    {
        _cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _isClosedAfterCut = thenClosed;
        _armed = cut;
    }

    public void Open() => _isClosed = false;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var links = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                if (_isClosed) client.Dispose();
                else links.Add(LinkAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
        await Task.WhenAll(links);
    }

    private async Task LinkAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
            client.NoDelay = server.NoDelay = true;
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            var cutting = new Cutting();
            var up = CopyAsync(client, server, cutting, isRequest: true, end.Token);
            var down = CopyAsync(server, client, cutting, isRequest: false, end.Token);
            await Task.WhenAny(up, down);
            await end.CancelAsync();
            await Task.WhenAll(up, down);
            if (!cutting.IsMade) return;
            _isClosed = _isClosedAfterCut;
            client.LingerState = new LingerOption(true, 0); // a reset, as from a host that is gone
        }
        _cut.TrySetResult();
    }

    /// <summary>Copies until an end, an error, or the cut.</summary>
    private async Task CopyAsync(Socket from, Socket to, Cutting cutting, bool isRequest, CancellationToken end)
    {
        var buffer = new byte[1 << 20];
        try
        {
            while (await from.ReceiveAsync(buffer, end) is var length and > 0)
            {
                var data = buffer.AsMemory(0, length);
                if (isRequest && _armed is { } cut)
                {
                    _armed = null;
                    cutting.Moment = cut;
                }
                if (cutting.Moment is { } moment)
                {
                    if (moment == CommitCut.BeforeTheRequest || (!isRequest && EndsWithReady(data)))
                    {
                        cutting.IsMade = true;
                        return;
                    }
                    if (!isRequest) continue; // what comes before the end of the answer is lost with it
                    if (moment == CommitCut.BeforeTheSync)
                    {
                        await to.SendAsync(data[..^SyncLength], end);
                        cutting.IsMade = true;
                        return;
                    }
                }
                await to.SendAsync(data, end);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone: so is the link.
        }
    }

    private static bool EndsWithReady(Memory<byte> data) => data.Span.EndsWith(Ready);

    private sealed class Cutting
    {
        public CommitCut? Moment { get; set; }

        public bool IsMade { get; set; }
    }
}
