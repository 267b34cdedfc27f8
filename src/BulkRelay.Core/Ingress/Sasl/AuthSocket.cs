using System.Net.Sockets;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// Where a server of passwords listens. The socket of a Unix path is also looked for below the folders that Postfix runs in
/// (<c>chroot</c>): there is where its how-to pages have it put.
/// </summary>
internal sealed class AuthSocket
{
    private const string PostfixQueue = "/var/spool/postfix";

    private readonly string[] _paths;
    private readonly string? _host;
    private readonly int _port;

    private AuthSocket(string name, string[] paths, string? host, int port) => (Name, _paths, _host, _port) = (name, paths, host, port);

    /// <summary>As the configuration has it.</summary>
    public string Name { get; }

    /// <summary>What is wrong with the name, whoever listens; null for nothing.</summary>
    public string? Fault => _paths.Length > 0 ? UnixSocket.Fault(_paths[0]) : null;

    /// <summary>Where it is looked for now: the full path of a socket, or the name.</summary>
    public string Place => SocketPath ?? Name;

    private string? SocketPath => _paths.FirstOrDefault(File.Exists) ?? _paths.FirstOrDefault();

    /// <summary>A Unix path; one that is relative counts from the queue directory.</summary>
    public static AuthSocket Unix(string path, string queueDirectory) => new(path,
        Path.IsPathRooted(path)
            ? [.. new[] { path, Path.Join(queueDirectory, path), Path.Join(PostfixQueue, path) }.Distinct()]
            : [.. new[] { Path.Join(queueDirectory, path), Path.Join(PostfixQueue, path) }.Distinct()], null, 0);

    /// <summary><c>inet:host:port</c>, <c>unix:path</c> or a path. Null if it is none of them.</summary>
    public static AuthSocket? Parse(string name, string queueDirectory)
    {
        if (name.StartsWith("unix:", StringComparison.Ordinal)) return Unix(name[5..], queueDirectory);
        if (!name.StartsWith("inet:", StringComparison.Ordinal)) return name.Length > 0 ? Unix(name, queueDirectory) : null;
        var colon = name.LastIndexOf(':');
        var host = colon > 5 ? name[5..colon].Trim('[', ']') : "";
        return host.Length > 0 && int.TryParse(name[(colon + 1)..], out var port) && port is > 0 and <= ushort.MaxValue ? new(name, [], host, port) : null;
    }

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<NetworkStream> ConnectAsync(CancellationToken cancel)
    {
        if (SocketPath is { } path) return new NetworkStream(await UnixSocket.ConnectAsync(path, cancel), ownsSocket: true);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(_host!, _port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
