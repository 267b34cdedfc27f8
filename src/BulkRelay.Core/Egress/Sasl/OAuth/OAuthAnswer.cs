namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>What a token endpoint answered: a token (and perhaps a new refresh token), or a refusal.</summary>
/// <param name="Token">The token; null if there is none.</param>
/// <param name="RefreshToken">The refresh token that replaces the one that was used; null if that stays.</param>
/// <param name="Failure">Why there is no token, for the operator; null if there is one.</param>
/// <param name="IsTransient">True if the same request may succeed soon.</param>
internal sealed record OAuthAnswer(OAuthToken? Token, string? RefreshToken, string? Failure, bool IsTransient)
{
    public static OAuthAnswer Refused(string why, bool isTransient) => new(null, null, why, isTransient);

    /// <summary>Without the secrets.</summary>
    public override string ToString() => Failure ?? "a token";
}
