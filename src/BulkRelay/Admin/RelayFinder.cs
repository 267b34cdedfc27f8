using System.Net.Sockets;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Server.Applets;
using BulkRelay.Server.Applets.Sendmail;

namespace BulkRelay.Server.Admin;

/// <summary>Finds the relay that runs with a configuration: on the queue that it names, or where <c>-o queue_directory</c> has put it.</summary>
internal static class RelayFinder
{
    private const int LongestAnswer = 4096;

    private const int AnswerMilliseconds = 2000;

    /// <summary>The queue directory of the relay that runs with the configuration; the configured one if none does.</summary>
    /// <exception cref="IOException">Several run, none of them on the configured queue: which is meant?</exception>
    public static string QueueDirectory(ConfigSnapshot snapshot)
    {
        var found = FindAll(snapshot);
        return found is [var one] ? one : throw new IOException(
            $"several relays run with the configuration in {snapshot.ConfigDirectory}, on {string.Join(" and ", found)}: say which is meant, "
            + $"as in BULKRELAY_{MainParameters.QueueDirectory.Name}={found[0]}");
    }

    /// <summary>The queue directories that may be meant, at least one.</summary>
    public static IReadOnlyList<string> FindAll(ConfigSnapshot snapshot)
    {
        var configured = ConfigFolder.QueueDirectory(snapshot);
        if (snapshot.IsOverridden(MainParameters.QueueDirectory) || IsServed(configured)) return [configured];
        var trusted = TrustedUsers(snapshot.ConfigDirectory, configured);
        var announced = RelayAnnouncement.NamesFor(snapshot.ConfigDirectory).Select(name => Ask(name, trusted)).OfType<string>().Distinct().ToList();
        return announced.Count == 0 || announced.Contains(configured) ? [configured] : announced;
    }

    private static bool IsServed(string queueDirectory) =>
        ControlSocket.Listens(ControlSocket.PathIn(queueDirectory)) || ControlSocket.Listens(SubmitSocket.PathIn(queueDirectory));

    /// <summary>
    /// Anybody can listen at a name of the system. Believed is who could have changed the configuration or the queue, and who asks.
    /// </summary>
    private static HashSet<uint> TrustedUsers(params string[] folders) =>
        [0, (uint)SubmitMode.CurrentUserId(), .. folders.Select(FileOwner.Of).OfType<FileOwner>().Select(o => o.User)];

    /// <summary>What is said at a name; null if nobody is there, or nobody to be believed.</summary>
    private static string? Ask(UnixDomainSocketEndPoint name, HashSet<uint> trusted)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = AnswerMilliseconds };
        try
        {
            socket.Connect(name);
            if (!trusted.Contains(UserOf(socket))) return null;
            var answer = new byte[LongestAnswer];
            var length = 0;
            for (int count; length < answer.Length && (count = socket.Receive(answer.AsSpan(length))) > 0;) length += count;
            var folder = Encoding.UTF8.GetString(answer, 0, length);
            return Path.IsPathRooted(folder) && !folder.Any(char.IsControl) ? folder : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Who listens, as the system knows it (SO_PEERCRED, unix(7)): process, user and group, four octets each.</summary>
    private static uint UserOf(Socket socket)
    {
        const int solSocket = 1, soPeerCred = 17;
        Span<byte> credentials = stackalloc byte[12];
        socket.GetRawSocketOption(solSocket, soPeerCred, credentials);
        return BitConverter.ToUInt32(credentials[4..]);
    }
}
