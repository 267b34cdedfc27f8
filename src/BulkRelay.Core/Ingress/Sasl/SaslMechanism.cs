using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>A way to sign in that a back end offers.</summary>
/// <param name="Name">Its name in upper case: <c>PLAIN</c>.</param>
/// <param name="Promises">What it is safe from and what it gives.</param>
internal sealed record SaslMechanism(string Name, SaslSecurity Promises);
