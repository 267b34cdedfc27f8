using System.Net;
using System.Net.Sockets;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>Ports for servers that have to be told theirs.</summary>
internal static class FreePort
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A loopback port that nobody listens on and that this process has not given out before.</summary>
    public static int Next()
    {
        while (true)
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)probe.LocalEndPoint!).Port;
            lock (Given)
                if (Given.Add(port)) return port;
        }
    }
}
