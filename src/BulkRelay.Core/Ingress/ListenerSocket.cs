using System.Net;
using System.Net.Sockets;

namespace BulkRelay.Core.Ingress;

/// <summary>Opens the sockets of listeners, before any actor starts, so that all that fails is told at once.</summary>
public static class ListenerSocket
{
    /// <summary>Clients that may wait to be accepted: the system's own limit applies too.</summary>
    private const int Backlog = 1024;

    /// <summary>A socket that listens at the address (port 0: any free port); or null, and what is wrong and what to do.</summary>
    public static Socket? TryBind(IPEndPoint endpoint, out string? fault)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // A restart must not wait for the old connections to time out; on Unix the runtime sets SO_REUSEADDR by itself.
            if (endpoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(endpoint);
            socket.Listen(Backlog);
            fault = null;
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            fault = $"cannot listen on {endpoint}: {e.Message}: {Advice(e.SocketErrorCode)}";
            return null;
        }
    }

    private static string Advice(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => "stop the other program, or change the service in master.cf",
        SocketError.AccessDenied => "ports below 1024 need the capability CAP_NET_BIND_SERVICE",
        SocketError.AddressNotAvailable => "the address is not one of this machine: see inet_interfaces and master.cf",
        _ => "see inet_interfaces and master.cf",
    };
}
