using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace BulkRelay.Core;

/// <summary>
/// Connects to sockets in the file system. The one place that does: the runtime tells a socket that does not exist from other faults by
/// other words than the system, and has none for some of them.
/// </summary>
public static partial class UnixSocket
{
    /// <summary>The longest path that the system allows for a socket, in octets.</summary>
    public const int LongestPath = 107;

    /// <summary>What is wrong with a path for a socket, whatever is there; null for nothing.</summary>
    public static string? Fault(string path) => Encoding.UTF8.GetByteCount(path) <= LongestPath ? null
        : $"the path of the socket {path} is longer than {LongestPath} octets, the most that the system allows: choose a shorter one";

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">Nobody answers there: the message is the system's text for the reason.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<Socket> ConnectAsync(string path, CancellationToken cancel)
    {
        const int nameTooLong = 36;
        if (Fault(path) is not null) throw new SocketException((int)SocketError.Fault, Marshal.GetPInvokeErrorMessage(nameTooLong));
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new SocketException((int)e.SocketErrorCode, Text(e, path));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The system's text for a failure to connect to a path.</summary>
    public static string Text(SocketException e, string path)
    {
        // The runtime's error for "not there" is that of an address of another machine, and for the rest of the file system it has none.
        var isOfFile = e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.SocketError;
        return isOfFile && Access(path, 0) != 0 ? Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()) : e.Message;
    }

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);
}
