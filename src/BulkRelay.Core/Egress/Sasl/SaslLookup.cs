namespace BulkRelay.Core.Egress.Sasl;

/// <summary>What the password tables say: a login, none, or that they cannot be asked.</summary>
/// <param name="Login">The login; null if there is none.</param>
/// <param name="IsOfServer">True if it was found by the server's name or the nexthop: it is meant for this server and no other.</param>
/// <param name="Failure">Why there is no answer, for the operator; null if there is one.</param>
internal readonly record struct SaslLookup(SaslLogin? Login, bool IsOfServer, string? Failure)
{
    public static SaslLookup None => default;
}
