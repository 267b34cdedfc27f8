using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// The protocol of Courier's authdaemond: <c>AUTH</c> and a length, then service, <c>login</c>, name and password, a line each. The
/// answer is <c>FAIL</c>, or lines about the user and a dot.
/// </summary>
internal static class Authdaemon
{
    /// <summary>Where it listens unless <c>authdaemond_path</c> says otherwise.</summary>
    public const string DefaultPath = "/run/courier/authdaemon/socket";

    private const int MaxAnswer = 8 * 1024;

    /// <summary>Checks passwords with the daemon that listens there.</summary>
    public static PasswordServer At(AuthSocket socket, string service) =>
        new("authdaemond", socket, (login, password) => Write(login.Name, password, service), AskAsync);

    private static byte[]? Write(string login, string password, string service)
    {
        if (login.Contains('\n', StringComparison.Ordinal) || password.Contains('\n', StringComparison.Ordinal)) return null;
        var body = Encoding.UTF8.GetBytes($"{service}\nlogin\n{login}\n{password}\n");
        return [.. Encoding.ASCII.GetBytes($"AUTH {body.Length}\n"), .. body];
    }

    private static async Task<bool?> AskAsync(NetworkStream server, byte[] question, CancellationToken cancel)
    {
        await server.WriteAsync(question, cancel);
        var answer = new byte[MaxAnswer];
        for (var length = 0; length < answer.Length;)
        {
            var count = await server.ReadAsync(answer.AsMemory(length), cancel);
            if (count == 0) return null;
            length += count;
            var said = answer.AsSpan(0, length);
            if (said.StartsWith("FAIL\n"u8)) return false;
            if (said.SequenceEqual(".\n"u8) || said.EndsWith("\n.\n"u8)) return true;
        }
        return null;
    }
}
