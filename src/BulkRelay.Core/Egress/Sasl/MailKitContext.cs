using System.Runtime.CompilerServices;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// Tells a mechanism of MailKit to which server it speaks, and over which TLS connection. Only MailKit's own clients are meant to, so the
/// setters are not public: a version without them ends the first exchange, in tests at the latest.
/// </summary>
internal static class MailKitContext
{
    /// <summary>Gives the mechanism what the others say of the connection.</summary>
    public static void Give(MailKit.Security.SaslMechanism mechanism, SaslCredentials credentials)
    {
        if (UriOf(credentials) is { } server) SetUri(mechanism, server);
        if (credentials.Tls is { } tls) SetChannelBindingContext(mechanism, ChannelBindings.Of(tls));
    }

    /// <summary>Null for a name that DNS may have and a URI may not: then the mechanisms that say it end with a fault.</summary>
    private static Uri? UriOf(SaslCredentials credentials)
    {
        try
        {
            return new UriBuilder("smtp", credentials.Host, credentials.Port).Uri;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_Uri")]
    private static extern void SetUri(MailKit.Security.SaslMechanism mechanism, Uri? server);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ChannelBindingContext")]
    private static extern void SetChannelBindingContext(
        MailKit.Security.SaslMechanism mechanism, [UnsafeAccessorType(ChannelBindings.Contract)] object? context);
}
