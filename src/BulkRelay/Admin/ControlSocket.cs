using System.Net.Sockets;
using BulkRelay.Core;

namespace BulkRelay.Server.Admin;

/// <summary>
/// The control socket: HTTP on a Unix domain socket in the queue directory. Its file can be opened by the owner only; that is the
/// whole of its access control.
/// </summary>
internal static class ControlSocket
{
    public const string FileName = "control";

    public static string PathIn(string queueDirectory) => Path.Combine(queueDirectory, FileName);

    /// <summary>What is wrong with the path, or null.</summary>
    public static string? Fault(string path) => UnixSocket.Fault(path) is { } fault ? $"queue_directory: {fault}" : null;

    /// <summary>A client, or null if no relay listens there.</summary>
    /// <exception cref="UnauthorizedAccessException">A relay listens, and this user may not ask it.</exception>
    public static ControlClient? Connect(string queueDirectory) => ConnectTo(PathIn(queueDirectory));

    /// <summary>The same for the socket with this path.</summary>
    public static ControlClient? ConnectTo(string path)
    {
        if (!Listens(path, out var isDenied))
            return isDenied ? throw new UnauthorizedAccessException($"{path} may be opened by the relay's own user only") : null;
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) => new NetworkStream(await UnixSocket.ConnectAsync(path, cancel), ownsSocket: true),
        };
        return new ControlClient(new HttpClient(handler) { BaseAddress = new Uri("http://relay"), Timeout = Timeout.InfiniteTimeSpan });
    }

    /// <summary>Whether a relay listens there that this user may ask: one that was killed leaves its file behind, and connecting tells.</summary>
    public static bool Listens(string path) => Listens(path, out _);

    private static bool Listens(string path, out bool isDenied)
    {
        isDenied = false;
        if (UnixSocket.Fault(path) is not null) return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            isDenied = e.SocketErrorCode == SocketError.AccessDenied;
            return false;
        }
    }
}
