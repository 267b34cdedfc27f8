using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// The protocol of saslauthd(8): four strings, each behind its length in two octets (name, password, service, realm), and one such string
/// as the answer, which begins with <c>OK</c> or <c>NO</c>.
/// </summary>
internal static class Saslauthd
{
    /// <summary>Where it listens unless <c>saslauthd_path</c> says otherwise.</summary>
    public const string DefaultPath = "/run/saslauthd/mux";

    /// <summary>The most octets of a name and of a password: more it does not take.</summary>
    private const int MaxPart = 256;

    /// <summary>Checks passwords with the daemon that listens there.</summary>
    public static PasswordServer At(AuthSocket socket, string service) =>
        new("saslauthd", socket, (login, password) => Write(login.Name, password, service), AskAsync);

    private static byte[]? Write(string login, string password, string service)
    {
        var at = login.LastIndexOf('@');
        var (name, realm) = at < 0 ? (login, "") : (login[..at], login[(at + 1)..]);
        if (Encoding.UTF8.GetByteCount(name) > MaxPart || Encoding.UTF8.GetByteCount(password) > MaxPart) return null;
        var parts = new[] { name, password, service, realm };
        var question = new byte[parts.Sum(p => 2 + Encoding.UTF8.GetByteCount(p))];
        var length = 0;
        foreach (var part in parts)
        {
            var count = Encoding.UTF8.GetBytes(part, question.AsSpan(length + 2));
            BinaryPrimitives.WriteUInt16BigEndian(question.AsSpan(length), (ushort)count);
            length += 2 + count;
        }
        return question;
    }

    private static async Task<bool?> AskAsync(NetworkStream server, byte[] question, CancellationToken cancel)
    {
        await server.WriteAsync(question, cancel);
        var answer = new byte[4];
        if (await server.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancel) < answer.Length) return null;
        return answer.AsSpan(2).SequenceEqual("OK"u8) ? true : answer.AsSpan(2).SequenceEqual("NO"u8) ? false : null;
    }
}
