using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace BulkRelay.Server.Admin;

/// <summary>
/// A running relay says which queue it works on to whoever knows the folder of its configuration: <c>-o queue_directory</c> may have put it
/// where no file tells. It listens at a name of the system that follows from the folder (an abstract socket, unix(7)): there is no file, so
/// no folder has to be writable, and with the process it is gone. Several relays with one folder have names of their own.
/// </summary>
internal sealed class RelayAnnouncement : IDisposable
{
    /// <summary>The most relays with one folder of configuration that announce themselves.</summary>
    public const int MaxRelays = 32;

    private readonly Socket _socket;

    private RelayAnnouncement(Socket socket, string queueDirectory)
    {
        _socket = socket;
        _ = ServeAsync(Encoding.UTF8.GetBytes(queueDirectory));
    }

    /// <summary>Begins to announce. Null if all names are taken.</summary>
    public static RelayAnnouncement? Make(string configDirectory, string queueDirectory)
    {
        foreach (var name in NamesFor(configDirectory))
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Bind(name);
                socket.Listen();
                return new RelayAnnouncement(socket, queueDirectory);
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }
        return null;
    }

    /// <summary>The names at which relays with this folder may listen.</summary>
    public static IEnumerable<UnixDomainSocketEndPoint> NamesFor(string configDirectory)
    {
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(configDirectory));
        if (folder.Exists) folder = folder.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? folder;
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folder.FullName)))[..32];
        return Enumerable.Range(0, MaxRelays).Select(i => new UnixDomainSocketEndPoint($"\0bulkrelay-{key}-{i}"));
    }

    public void Dispose() => _socket.Dispose();

    private async Task ServeAsync(byte[] text)
    {
        try
        {
            while (true)
            {
                using var client = await _socket.AcceptAsync();
                Say(client, text);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The relay has ended.
        }
    }

    private static void Say(Socket client, byte[] text)
    {
        try
        {
            // A path fits into what the system keeps for a reader, so nobody can hold this up.
            client.Blocking = false;
            client.Send(text);
        }
        catch (SocketException)
        {
            // Who asked is gone.
        }
    }
}
