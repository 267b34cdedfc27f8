using System.Net.Sockets;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>
/// The connections of a sink, each with its begin and end. What is open at an instant is asked of the kernel, so that a peer that has closed
/// (or was killed) does not count for as long as the sink has not noticed.
/// </summary>
internal sealed class ConnectionBook
{
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const byte Established = 1;

    private readonly Lock _gate = new();
    private readonly List<Socket> _open = [];
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private int _most;

    /// <summary>The most connections that were open at one instant.</summary>
    public int Most
    {
        get
        {
            lock (_gate) return _most;
        }
    }

    /// <summary>Completes when the first connection begins.</summary>
    public Task First => _first.Task;

    /// <summary>Connections so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    /// <summary>A connection begins.</summary>
    public void Begin(Socket socket)
    {
        lock (_gate)
        {
            _open.RemoveAll(s => !IsOpen(s));
            _open.Add(socket);
            _count++;
            _most = Math.Max(_most, _open.Count);
        }
        _first.TrySetResult();
    }

    /// <summary>False as soon as either side has closed.</summary>
    private static bool IsOpen(Socket socket)
    {
        try
        {
            Span<byte> state = stackalloc byte[1];
            return socket.GetRawSocketOption(Tcp, TcpInfo, state) > 0 && state[0] == Established;
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            return false;
        }
    }
}
