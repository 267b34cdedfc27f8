namespace BulkRelay.Core.Egress.Sasl;

/// <summary>The mechanism to use, or the reason why there is none.</summary>
internal readonly record struct SaslChoice(SaslMechanism? Mechanism, string Fault);
