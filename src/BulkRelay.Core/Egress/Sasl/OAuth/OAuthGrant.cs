namespace BulkRelay.Core.Egress.Sasl.OAuth;

/// <summary>A token to sign in with, or why there is none.</summary>
internal readonly record struct OAuthGrant(OAuthToken? Token, string? Failure);
