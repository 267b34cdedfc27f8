using System.Net;
using System.Net.Sockets;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>Waits until a program that was just started takes connections.</summary>
internal static class Listening
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Completes once a connection to the loopback port is taken and, if the server is to speak first, has brought something.</summary>
    /// <exception cref="OperationCanceledException">It did not happen in time.</exception>
    public static async Task UntilAsync(int port, bool speaksFirst = false)
    {
        using var limit = new CancellationTokenSource(Patience);
        // Nothing tells of a port of another program: it is tried, and the pause only keeps the loop off the processor.
        while (!await AnswersAsync(port, speaksFirst, limit.Token)) await Task.Delay(Pause, limit.Token);
    }

    private static async Task<bool> AnswersAsync(int port, bool speaksFirst, CancellationToken cancel)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await probe.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
            return !speaksFirst || await probe.ReceiveAsync(new byte[512], cancel) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
