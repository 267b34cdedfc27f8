using System.Security.Cryptography;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// SCRAM-SHA-256 (RFC 7677): both sides prove that they know the password, and neither says it. The server's proof is one more challenge,
/// which the client answers with nothing (RFC 4954 section 4 has no room for data in the final reply).
/// </summary>
internal sealed class ScramExchange(LocalSasl sasl, SaslContext context) : ISaslExchange
{
    /// <summary>RFC 7677: the least that clients are told to accept, and enough where the password itself is kept anyway.</summary>
    private const int LeastIterations = 4096;

    private readonly ScramServer _server = new(RandomNumberGenerator.GetHexString(32, lowercase: true));
    private SaslLogin _login;
    private bool _exists;
    private bool _hasAsked;
    private bool _hasProved;

    public async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte>? message, CancellationToken cancel)
    {
        if (message is not { } octets) return SaslStep.Say(default);
        if (_hasProved) return octets.IsEmpty ? SaslStep.Success(_login.Name) : SaslStep.Failure(_login.Name);
        if (!_hasAsked) return await AskAsync(octets, cancel);
        var proof = _server.Check(octets.Span);
        _hasProved = proof is not null && _exists;
        return _hasProved ? SaslStep.Say(proof) : SaslStep.Failure(_login.Name);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async ValueTask<SaslStep> AskAsync(ReadOnlyMemory<byte> first, CancellationToken cancel)
    {
        if (_server.ReadFirst(first.Span) is not { } name || sasl.LoginOf(name) is not { } login) return SaslStep.Failure("");
        _login = login;
        if (!LocalSasl.MayActAs(_server.Authorization, login)) return SaslStep.Failure(login.Name);
        var (secret, exists, trouble) = await sasl.Secrets.FindAsync(login, cancel);
        if (trouble is not null) return SaslStep.Unavailable(login.Name, trouble);
        var keys = secret.Scram ?? await context.SignIns.Passwords.WorkAsync(
            () => ScramKeys.Derive(secret.Plain ?? "", RandomNumberGenerator.GetBytes(16), LeastIterations), cancel);
        if (keys is null) return SaslStep.Unavailable(login.Name, "too many clients sign in at once");
        _exists = exists && (secret.Scram ?? (object?)secret.Plain) is not null;
        _hasAsked = true;
        return SaslStep.Say(_server.Challenge(keys));
    }
}
