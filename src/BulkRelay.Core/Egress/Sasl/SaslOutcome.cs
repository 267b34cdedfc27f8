namespace BulkRelay.Core.Egress.Sasl;

/// <summary>What came of signing in.</summary>
/// <param name="Trouble">Why the session cannot be used; null if it can (signed in, or there is no login for it).</param>
/// <param name="TryAgain">True if another connection to the same server may well succeed: there is a new access token.</param>
internal readonly record struct SaslOutcome(Trouble? Trouble, bool TryAgain)
{
    public static SaslOutcome Ready => default;
}
