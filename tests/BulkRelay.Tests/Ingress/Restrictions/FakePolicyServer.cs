using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Tests.Ingress.Restrictions;

/// <summary>A policy service on a loopback port. It answers what a test says; an empty text closes the connection, null is silence.</summary>
internal sealed class FakePolicyServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(int Connection, string Text)> _requests = new();
    private readonly ConcurrentDictionary<int, NetworkStream> _streams = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Func<string, string?> _answer;
    private readonly Task _serving;
    private int _connections;

    public FakePolicyServer(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(16);
        Name = $"inet:{_listener.LocalEndPoint}";
        _serving = AcceptAsync();
    }

    /// <summary>The argument of <c>check_policy_service</c>.</summary>
    public string Name { get; }

    /// <summary>The requests in order, with the number of their connection.</summary>
    public IReadOnlyList<(int Connection, string Text)> Requests => [.. _requests];

    public async Task WaitForRequestAsync() => (await _arrived.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue("no request came");

    /// <summary>Says something over a connection that nobody asked for.</summary>
    public async Task SayAsync(int connection, string text) => await _streams[connection].WriteAsync(Encoding.Latin1.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
        _arrived.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true) served.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token), _connections++));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        await using var stream = _streams[number] = new NetworkStream(socket, ownsSocket: true);
        using var reader = new StreamReader(stream);
        try
        {
            while (true)
            {
                var request = new StringBuilder();
                while (await reader.ReadLineAsync(_stop.Token) is { } line)
                {
                    if (line.Length == 0) break;
                    request.Append(line).Append('\n');
                }
                if (request.Length == 0) return;
                _requests.Enqueue((number, request.ToString()));
                var answer = _answer(request.ToString());
                _arrived.Release();
                if (answer is "") return;
                if (answer is not null) await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
        }
    }
}
