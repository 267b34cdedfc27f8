using System.Net;
using System.Net.Sockets;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>Ports for servers that have to be told theirs.</summary>
internal static class FreePort
{
    private const int First = 10_000;

    /// <summary>The system takes ports for outgoing connections from here on, at any moment before a server has bound its own.</summary>
    private const int Ephemeral = 32_768;

    private static readonly HashSet<int> Given = [];

    /// <summary>A loopback port that nobody listens on and that this process has not given out before.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Ephemeral);
            lock (Given)
                if (!Given.Add(port)) continue;
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: the next one.
            }
        }
    }
}
