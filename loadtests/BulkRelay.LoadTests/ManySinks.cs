using System.Net;
using System.Net.Sockets;
using BulkRelay.Server.Sink;

namespace BulkRelay.LoadTests;

/// <summary>Many SMTP destinations on loopback, each on a port of its own: healthy ones, and four that are not.</summary>
internal sealed class ManySinks : IAsyncDisposable
{
    private readonly List<SinkServer> _sinks = [];

    /// <summary>Connections to it are made by the system and never served.</summary>
    private readonly TcpListener _silent = new(IPAddress.Loopback, 0);

    public ManySinks(int healthy)
    {
        Healthy = [.. Enumerable.Range(0, healthy).Select(_ => Listen(new SinkOptions()))];
        _silent.Start();
        Bad = [Refusing(), Listen(new SinkOptions { Defer = 1 }), PortOf(_silent),
            Listen(new SinkOptions { Drop = 1, DropStage = SinkStage.Connect })];
    }

    /// <summary>The ports of those that take everything.</summary>
    public IReadOnlyList<int> Healthy { get; }

    /// <summary>The ports of one that refuses connections, one that answers 4xx, one that says nothing, and one that hangs up.</summary>
    public IReadOnlyList<int> Bad { get; }

    /// <summary>What they got.</summary>
    public Arrivals Arrivals { get; } = new();

    public async ValueTask DisposeAsync()
    {
        foreach (var sink in _sinks) await sink.DisposeAsync();
        _silent.Dispose();
    }

    private int Listen(SinkOptions options)
    {
        var sink = new SinkServer(options with { Listen = new(IPAddress.Loopback, 0) }, TimeProvider.System, Arrivals.Keep);
        _sinks.Add(sink);
        return sink.EndPoint.Port;
    }

    private static int Refusing()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return PortOf(listener);
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
