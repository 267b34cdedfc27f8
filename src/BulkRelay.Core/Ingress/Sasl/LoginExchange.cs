using System.Text;
using System.Text.Unicode;
using BulkRelay.Smtp.Sasl;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>LOGIN (draft-murchison-sasl-login): the server asks for the name and then for the password, in words that clients expect.</summary>
internal sealed class LoginExchange(LocalSasl sasl, SaslContext context) : ISaslExchange
{
    private static readonly byte[] AskName = "Username:"u8.ToArray();
    private static readonly byte[] AskPassword = "Password:"u8.ToArray();

    private SaslLogin? _login;

    public ValueTask<SaslStep> StepAsync(ReadOnlyMemory<byte>? message, CancellationToken cancel)
    {
        if (message is not { } octets) return ValueTask.FromResult(SaslStep.Say(AskName));
        if (octets.Length is 0 or > PlainMessage.MaxPart || octets.Span.Contains((byte)0) || !Utf8.IsValid(octets.Span))
            return ValueTask.FromResult(SaslStep.Failure(_login?.Name ?? ""));
        if (_login is { } login) return sasl.CheckAsync(login, Encoding.UTF8.GetString(octets.Span), context, cancel);
        _login = sasl.LoginOf(octets.Span);
        return ValueTask.FromResult(_login is null ? SaslStep.Failure("") : SaslStep.Say(AskPassword));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
