using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.LoadTests;

/// <summary>
/// Many SMTP destinations on loopback, each on a port of its own: healthy ones, and four that are not. Counts what the healthy ones take.
/// </summary>
internal sealed class ManySinks : IDisposable
{
    private readonly List<TcpListener> _listeners = [];
    private TaskCompletionSource _done = new();
    private int _taken;
    private int _goal;

    public ManySinks(int healthy)
    {
        Healthy = [.. Enumerable.Range(0, healthy).Select(_ => Listen(socket => TalkAsync(socket, "250 2.1.5 Ok")))];
        var refusing = Listen(_ => Task.CompletedTask);
        _listeners[^1].Stop();
        Bad = [refusing, Listen(socket => TalkAsync(socket, "450 4.2.0 busy")), Listen(_ => Task.Delay(Timeout.Infinite)), Listen(DropAsync)];
    }

    /// <summary>The ports of those that take everything.</summary>
    public IReadOnlyList<int> Healthy { get; }

    /// <summary>The ports of one that refuses connections, one that answers 4xx, one that says nothing, and one that hangs up.</summary>
    public IReadOnlyList<int> Bad { get; }

    /// <summary>Completes when the healthy ones have taken so many messages more.</summary>
    public Task TakeAsync(int messages)
    {
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _goal, Volatile.Read(ref _taken) + messages);
        return _done.Task;
    }

    public void Dispose()
    {
        foreach (var listener in _listeners) listener.Dispose();
    }

    private int Listen(Func<Socket, Task> serve)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _listeners.Add(listener);
        _ = AcceptAsync(listener, serve);
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AcceptAsync(TcpListener listener, Func<Socket, Task> serve)
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptSocketAsync(), serve);
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException or InvalidOperationException)
        {
            // The run is over.
        }
    }

    private static async Task ServeAsync(Socket socket, Func<Socket, Task> serve)
    {
        try
        {
            using (socket) await serve(socket);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The relay hung up, which is its right.
        }
    }

    private static Task DropAsync(Socket socket)
    {
        socket.Close(0);
        return Task.CompletedTask;
    }

    private async Task TalkAsync(Socket socket, string toRecipient)
    {
        socket.NoDelay = true;
        using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await SayAsync(stream, "220 sink ESMTP");
        while (await reader.ReadLineAsync() is { } line)
        {
            switch (line.Length < 4 ? "" : line[..4].ToUpperInvariant())
            {
                case "RCPT": await SayAsync(stream, toRecipient); break;
                case "DATA" when toRecipient[0] != '2': await SayAsync(stream, "554 5.5.1 no recipients"); break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    while (await reader.ReadLineAsync() is { } text and not ".") _ = text;
                    Count();
                    await SayAsync(stream, "250 2.0.0 Ok");
                    break;
                case "QUIT": return;
                default: await SayAsync(stream, "250 Ok"); break;
            }
        }
    }

    private static async Task SayAsync(NetworkStream stream, string line) => await stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"));

    private void Count()
    {
        if (Interlocked.Increment(ref _taken) == Volatile.Read(ref _goal)) _done.TrySetResult();
    }
}
