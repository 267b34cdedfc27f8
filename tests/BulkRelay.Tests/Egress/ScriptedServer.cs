using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace BulkRelay.Tests.Egress;

/// <summary>
/// An SMTP server on loopback that says what a test tells it to, whatever the sense. One script per connection, in order of arrival;
/// the last one serves all further connections. What clients sent is kept to the octet.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<ScriptedConnection, Task>[] _scripts;
    private readonly List<ScriptedConnection> _connections = [];
    private readonly List<Task> _running = [];
    private readonly Task _accepting;

    public ScriptedServer(params Func<ScriptedConnection, Task>[] scripts)
    {
        _scripts = scripts;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Replay Replay { get; init; } = Replay.Whole;

    public SslServerAuthenticationOptions? Tls { get; init; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>As a nexthop.</summary>
    public string Nexthop => $"[127.0.0.1]:{Port}";

    /// <summary>As reasons name it.</summary>
    public string Name => "127.0.0.1[127.0.0.1]";

    /// <summary>The connections so far.</summary>
    public IReadOnlyList<ScriptedConnection> Connections
    {
        get
        {
            lock (_connections) return [.. _connections];
        }
    }

    /// <summary>
    /// Waits until the clients have closed all their connections, and fails if a script did not go as written.
    /// </summary>
    public async Task<IReadOnlyList<ScriptedConnection>> EndedAsync()
    {
        Task[] running;
        lock (_connections) running = [.. _running];
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(30));
        return Connections;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        foreach (var connection in Connections) connection.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                var connection = new ScriptedConnection(socket, Replay, Tls);
                lock (_connections)
                {
                    var script = _scripts[Math.Min(_connections.Count, _scripts.Length - 1)];
                    _connections.Add(connection);
                    _running.Add(Task.Run(() => RunAsync(script, connection)));
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static async Task RunAsync(Func<ScriptedConnection, Task> script, ScriptedConnection connection)
    {
        using (connection)
        {
            await script(connection);
            await connection.ReadToEndAsync();
        }
    }
}
