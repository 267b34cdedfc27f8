using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>CRAM-MD5 (RFC 2195): the client answers a challenge with a digest that only the password gives.</summary>
internal sealed class CramMd5Exchange(LocalSasl sasl, SaslContext context) : ISaslExchange
{
    private byte[]? _challenge;

    public async ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte>? message, CancellationToken cancel)
    {
        if (message is null && _challenge is null)
        {
            _challenge = CramMd5.Challenge(context.SignIns.Time.GetUtcNow(), sasl.Hostname);
            return SaslStep.Say(_challenge);
        }
        // Who answers before it is asked (an initial response) cannot have the right answer.
        if (_challenge is null || message is not { } octets || CramMd5.Read(octets.Span) is not { } response || sasl.LoginOf(response.Login) is not { } login)
            return SaslStep.Failure("");
        var (secret, exists, trouble) = await sasl.Secrets.FindAsync(login, cancel);
        if (trouble is not null) return SaslStep.Unavailable(login.Name, trouble);
        var isRight = CramMd5.Matches(response.Digest, _challenge, secret.Plain ?? "") & exists & secret.Plain is not null;
        return isRight ? SaslStep.Success(login.Name) : SaslStep.Failure(login.Name);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
