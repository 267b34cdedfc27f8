using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace BulkRelay.Server.Admin;

/// <summary>
/// The socket through which every user of the machine may hand over mail, and do nothing else: <c>public/submit</c> in the queue directory.
/// <c>authorized_submit_users</c> says who is listened to.
/// </summary>
internal static class SubmitSocket
{
    public const string Messages = "/messages";

    public const string Pickup = "/pickup";

    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static string PathIn(string queueDirectory) => Path.Combine(queueDirectory, "public", "submit");

    /// <summary>Makes the way to the socket free.</summary>
    public static string Prepare(string queueDirectory)
    {
        var path = PathIn(queueDirectory);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, FolderMode);
        File.Delete(path);
        return path;
    }

    /// <summary>Lets requests that came by this socket no further than to what it serves.</summary>
    public static Task GuardAsync(HttpContext http, RequestDelegate next)
    {
        var local = http.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket.LocalEndPoint as UnixDomainSocketEndPoint;
        var isPublic = Path.GetFileName(local?.ToString()) != ControlSocket.FileName;
        if (!isPublic || http.Request.Path == Messages || http.Request.Path == Pickup) return next(http);
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
