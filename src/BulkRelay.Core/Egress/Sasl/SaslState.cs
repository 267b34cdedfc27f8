using BulkRelay.Core.Egress.Sasl.OAuth;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>What all services together remember of signing in. One for the process: a reload keeps it.</summary>
internal sealed class SaslState(TimeProvider time)
{
    /// <summary>Logins that servers refused.</summary>
    public SaslFailureMemory Failures { get; } = new(time);

    /// <summary>The access tokens in use.</summary>
    public OAuthTokens Tokens { get; } = new(time);
}
