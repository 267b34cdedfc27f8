using System.Net.Sockets;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// An SMTP session with the program that started us, over its standard streams (<c>sendmail -bs</c>): the same server as on the network. What
/// it accepts goes where <see cref="IngressServices.Submit"/> says.
/// </summary>
public static class StandAloneSession
{
    private const string ProgramName = "postfix";

    /// <summary>Serves until the client says QUIT or ends its input. Who may send is the business of the policy.</summary>
    public static async Task RunAsync(Stream input, Stream output, SmtpdPolicy policy, IngressServices services)
    {
        var (inside, outside) = await PairAsync();
        await using var peer = new NetworkStream(outside, ownsSocket: true);
        var serving = ServeAsync(inside, policy, services);
        var reading = PumpAsync(input, peer, outside);
        await peer.CopyToAsync(output);
        await serving;
        // Whoever is sent away may still hold its end open: that is not waited for.
        _ = reading;
    }

    /// <summary>Closes the session's end when it is over, which is how the other end learns of it.</summary>
    private static async Task ServeAsync(Socket inside, SmtpdPolicy policy, IngressServices services)
    {
        using var session = new SmtpSession(inside, policy, services, services.Log.For(ProgramName, "smtpd"), services.Log.For(ProgramName, "cleanup"));
        await new SmtpDialogue(session).RunAsync();
    }

    private static async Task PumpAsync(Stream input, NetworkStream peer, Socket outside)
    {
        try
        {
            await input.CopyToAsync(peer);
            outside.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The session has ended; there is nobody left to talk to.
        }
    }

    /// <summary>Two connected sockets, by way of a name that only this process can know for the moment that it exists.</summary>
    private static async Task<(Socket Inside, Socket Outside)> PairAsync()
    {
        var name = new UnixDomainSocketEndPoint($"\0bulkrelay-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(name);
        listener.Listen(1);
        var outside = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await outside.ConnectAsync(name);
        return (await listener.AcceptAsync(), outside);
    }
}
