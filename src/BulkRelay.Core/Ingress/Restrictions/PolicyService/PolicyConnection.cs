using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Ingress.Restrictions.PolicyService;

/// <summary>
/// A connection to a policy service. Belongs to one request at a time. A failure of any kind makes it useless: it is to be disposed of.
/// </summary>
internal sealed class PolicyConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly long _opened;
    private long _used;
    private int _requests;

    private PolicyConnection(Socket socket, TimeProvider time)
    {
        _socket = socket;
        _time = time;
        _opened = _used = time.GetTimestamp();
    }

    /// <summary>Which message the last request was about.</summary>
    public string Instance { get; private set; } = "";

    /// <summary>True if the service has said something, or has closed, while nothing was asked.</summary>
    public bool HasInput => _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Whether the reason for <see cref="HasInput"/> is that the service has closed.</summary>
    public bool IsClosed => _socket.Available == 0;

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">There is nobody.</exception>
    public static async Task<PolicyConnection> OpenAsync(EndPoint endpoint, TimeProvider time, CancellationToken cancel)
    {
        if (endpoint is UnixDomainSocketEndPoint path) return new PolicyConnection(await UnixSocket.ConnectAsync(path.ToString(), cancel), time);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, cancel);
            return new PolicyConnection(socket, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether it may serve another request, as far as can be told without sending one.</summary>
    public bool IsUsable(PolicyServiceSettings settings) => _time.GetElapsedTime(_used) < settings.MaxIdle
        && _time.GetElapsedTime(_opened) < settings.MaxTtl && (settings.RequestLimit == 0 || _requests < settings.RequestLimit);

    /// <summary>Asks.</summary>
    /// <exception cref="SocketException">The connection broke.</exception>
    public async Task<PolicyAnswer> AskAsync(PolicyQuery query, CancellationToken cancel)
    {
        Instance = query.Instance;
        _requests++;
        for (var sent = 0; sent < query.Octets.Length;)
            sent += await _socket.SendAsync(query.Octets.AsMemory(sent), SocketFlags.None, cancel);
        var reader = new PolicyAnswerReader();
        while (true)
        {
            var count = await _socket.ReceiveAsync(reader.Room, SocketFlags.None, cancel);
            if (count == 0) return PolicyAnswer.Failed("the server closed the connection without an answer");
            if (reader.TryRead(count) is not { } answer) continue;
            _used = _time.GetTimestamp();
            return answer;
        }
    }

    public void Dispose() => _socket.Dispose();
}
