using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>A way to sign in.</summary>
/// <param name="Name">Its registered name.</param>
/// <param name="Security">What it promises.</param>
/// <param name="Challenges">How many challenges it has; a server that asks on is not answered.</param>
/// <param name="Create">Makes the client's side of it; null if a name or password has characters that it cannot carry.</param>
internal sealed record SaslMechanism(string Name, SaslSecurity Security, int Challenges, Func<SaslCredentials, MailKit.Security.SaslMechanism?> Create)
{
    /// <summary>True if it signs in with an access token, false if with a password.</summary>
    public bool TakesToken { get; init; }

    /// <summary>True if it proves that both sides are at the ends of one TLS connection.</summary>
    public bool BindsToTls { get; init; }

    /// <summary>What is wrong with a challenge, where the mechanism itself would take it; null if nothing is.</summary>
    public ChallengeCheck Check { get; init; } = (_, _, _) => null;

    /// <summary>True if who reads the connection, or poses as the server, has the secret.</summary>
    public bool RevealsSecret => !Security.HasFlag(SaslSecurity.NoPlaintext);

    /// <summary>Starts an exchange; null if a name or password has characters that the mechanism cannot carry.</summary>
    public SaslExchange? Begin(SaslCredentials credentials) =>
        Create(credentials) is { } client && MailKitContext.Give(client, credentials) ? new SaslExchange(this, client) : null;
}
