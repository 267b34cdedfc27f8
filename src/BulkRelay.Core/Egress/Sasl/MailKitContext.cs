using System.Globalization;
using System.Runtime.CompilerServices;
using MailKit.Security;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// Tells a mechanism of MailKit to which server it speaks, and over which TLS connection. Only MailKit's own clients are meant to, so the
/// setters are not public: a version without them ends the first exchange, in tests at the latest.
/// </summary>
internal static class MailKitContext
{
    /// <summary>Tells a mechanism. False if it needs the server's name, and the name is none that a URI can have.</summary>
    public static bool Give(MailKit.Security.SaslMechanism mechanism, SaslCredentials credentials)
    {
        if (credentials.Tls is { } tls) SetChannelBindingContext(mechanism, ChannelBindings.Of(tls));
        var host = credentials.Host.Contains(':', StringComparison.Ordinal) ? $"[{credentials.Host}]" : credentials.Host;
        if (!Uri.TryCreate(string.Create(CultureInfo.InvariantCulture, $"smtp://{host}:{credentials.Port}"), UriKind.Absolute, out var server))
            return mechanism is not (SaslMechanismOAuthBearer or SaslMechanismDigestMd5);
        SetUri(mechanism, server);
        return true;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Uri")]
    private static extern void SetUri(MailKit.Security.SaslMechanism mechanism, Uri? server);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ChannelBindingContext")]
    private static extern void SetChannelBindingContext(
        MailKit.Security.SaslMechanism mechanism, [UnsafeAccessorType(ChannelBindings.Contract)] object? context);
}
