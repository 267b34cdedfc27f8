using System.Net;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>With what a mechanism signs in.</summary>
/// <param name="User">The name of the login.</param>
/// <param name="Secret">Its password, or for the OAuth mechanisms its access token.</param>
/// <param name="Host">The server's name.</param>
/// <param name="Port">The server's port.</param>
/// <param name="Tls">The TLS connection to it; null over one in clear.</param>
internal sealed record SaslCredentials(string User, string Secret, string Host, int Port, TransportContext? Tls = null)
{
    /// <summary>Without the secret.</summary>
    public override string ToString() => User;
}
