using System.Text;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>PLAIN (RFC 4616): one message says it all.</summary>
internal sealed class PlainExchange(LocalSasl sasl, SaslContext context) : ISaslExchange
{
    public ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte>? message, CancellationToken cancel)
    {
        if (message is not { } octets) return ValueTask.FromResult(SaslStep.Say(default));
        if (!PlainMessage.TryParse(octets.Span, out var plain) || sasl.LoginOf(plain.Login) is not { } login)
            return ValueTask.FromResult(SaslStep.Failure(""));
        if (!LocalSasl.MayActAs(Encoding.UTF8.GetString(plain.Authorization), login)) return ValueTask.FromResult(SaslStep.Failure(login.Name));
        return sasl.CheckAsync(login, Encoding.UTF8.GetString(plain.Password), context, cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
