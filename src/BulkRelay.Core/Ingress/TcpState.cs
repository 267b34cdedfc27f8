using System.Net.Sockets;

namespace BulkRelay.Core.Ingress;

/// <summary>What the system knows of a connection (tcp(7): TCP_INFO).</summary>
internal static class TcpState
{
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const byte Close = 7;
    private const byte CloseWait = 8;

    /// <summary>
    /// True once the peer has closed its side, or broken the connection off; also while what it sent before that lies unread, which hides
    /// the end from whoever only reads. False where the system does not tell (no TCP, not Linux).
    /// </summary>
    public static bool IsClosedByPeer(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return false;
        Span<byte> info = stackalloc byte[8];
        try
        {
            return socket.GetRawSocketOption(Tcp, TcpInfo, info) > 0 && (info[0] is Close or CloseWait);
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
