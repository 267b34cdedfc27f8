using System.Net.Sockets;
using System.Security.Cryptography;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>Sends a question to a server of passwords; reads its answer. Null if it makes no sense.</summary>
internal delegate Task<bool?> PasswordQuestion(NetworkStream server, byte[] question, CancellationToken cancel);

/// <summary>Passwords that another process checks: one connection and one question for each.</summary>
/// <param name="program">What it is called in the log.</param>
/// <param name="socket">Where it listens.</param>
/// <param name="write">Writes the question; null for one that cannot be asked.</param>
/// <param name="ask">Sends it and reads the answer.</param>
internal sealed class PasswordServer(string program, AuthSocket socket, Func<SaslLogin, string, byte[]?> write, PasswordQuestion ask) : IPasswordCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async ValueTask<PasswordResult> CheckAsync(SaslLogin login, string password, SaslContext context, CancellationToken cancel)
    {
        if (write(login, password) is not { } question) return PasswordResult.Wrong;
        var gate = context.SignIns.Asking;
        if (!await gate.EnterAsync(cancel)) return PasswordResult.Unavailable($"{program}: too many clients sign in at once");
        using var limit = new CancellationTokenSource(Patience, context.SignIns.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await AskAsync(question, either.Token);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return PasswordResult.Unavailable($"cannot connect to {program} server at {socket.Name}: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return PasswordResult.Unavailable($"{program} server at {socket.Name} did not answer in {Patience.TotalSeconds:0}s");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(question);
            gate.Leave();
        }
    }

    private async Task<PasswordResult> AskAsync(byte[] question, CancellationToken cancel)
    {
        await using var server = await socket.ConnectAsync(cancel);
        return await ask(server, question, cancel) switch
        {
            true => PasswordResult.Right,
            false => PasswordResult.Wrong,
            null => PasswordResult.Unavailable($"{program} server at {socket.Name} gave an answer that makes no sense"),
        };
    }
}
