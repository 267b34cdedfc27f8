namespace BulkRelay.Core.Ingress;

/// <summary>As whom a client signed in (RFC 4954).</summary>
/// <param name="Method">The mechanism: <c>PLAIN</c>.</param>
/// <param name="Login">The name, without control characters.</param>
public sealed record SaslIdentity(string Method, string Login);
