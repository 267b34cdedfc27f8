using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace BulkRelay.Server.Admin;

/// <summary>Who is at the other end of a Unix domain socket, as the system knows it (SO_PEERCRED of unix(7)).</summary>
internal static class PeerCredentials
{
    private const int SocketLevel = 1;
    private const int PeerCredential = 17;

    /// <summary>The number of the user.</summary>
    public static int UserIdOf(Socket socket)
    {
        // struct ucred: process, user, group.
        Span<int> credentials = stackalloc int[3];
        socket.GetRawSocketOption(SocketLevel, PeerCredential, MemoryMarshal.AsBytes(credentials));
        return credentials[1];
    }
}
