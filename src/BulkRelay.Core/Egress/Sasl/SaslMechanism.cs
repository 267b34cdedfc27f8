using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>A way to sign in.</summary>
/// <param name="Name">Its registered name.</param>
/// <param name="Security">What it promises.</param>
/// <param name="TakesToken">True if it signs in with an access token, false if with a password.</param>
/// <param name="Begin">Starts an exchange; null if a name or password has characters that cannot be prepared for it.</param>
internal sealed record SaslMechanism(string Name, SaslSecurity Security, bool TakesToken, Func<SaslCredentials, SaslExchange?> Begin)
{
    /// <summary>True if who reads the connection, or poses as the server, has the secret.</summary>
    public bool RevealsSecret => !Security.HasFlag(SaslSecurity.NoPlaintext);
}
