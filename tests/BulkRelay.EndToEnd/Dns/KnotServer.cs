using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace BulkRelay.EndToEnd.Dns;

/// <summary>A real authoritative name server (Debian package <c>knot</c>) with one zone, on a loopback port, in a folder of its own.</summary>
internal sealed class KnotServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private KnotServer(Process process, string folder, IPEndPoint endPoint)
    {
        _process = process;
        _folder = folder;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Starts the server; completes when it says that it serves.</summary>
    /// <param name="zone">The name of the zone.</param>
    /// <param name="zoneText">The zone.</param>
    /// <param name="address">For programs that ask port 53 only: the address on which it serves that. Otherwise it takes a free port.</param>
    public static async Task<KnotServer> StartAsync(string zone, string zoneText, IPAddress? address = null)
    {
        var folder = Directory.CreateTempSubdirectory("knot-").FullName;
        var endPoint = address is null ? FreePort() : new IPEndPoint(address, 53);
        await File.WriteAllTextAsync(Path.Combine(folder, "zone"), zoneText);
        var configuration = Path.Combine(folder, "knot.conf");
        await File.WriteAllTextAsync(configuration, $"""
            server:
                rundir: "{folder}"
                listen: {endPoint.Address}@{endPoint.Port}
                udp-workers: 1
                tcp-workers: 1
                background-workers: 1
            log:
              - target: stdout
                any: info
            database:
                storage: "{folder}"
            zone:
              - domain: {zone}
                storage: "{folder}"
                file: zone
                zonefile-sync: -1
                journal-content: none

            """);
        var process = Process.Start(new ProcessStartInfo("knotd", ["-c", configuration]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var server = new KnotServer(process, folder, endPoint);
        var log = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            log.Add(line);
            if (line.Contains("server started", StringComparison.Ordinal)) return server;
        }
        await server.DisposeAsync();
        throw new InvalidOperationException($"knotd did not start:\n{string.Join('\n', log)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
