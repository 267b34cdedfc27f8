namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>A mechanism that runs here.</summary>
/// <param name="Mechanism">Its name and promises.</param>
/// <param name="IsOn">Whether it can be offered with these secrets, or without any (null).</param>
/// <param name="Begin">Begins an attempt.</param>
internal sealed record LocalMechanism(
    SaslMechanism Mechanism, Func<CredentialTable?, bool> IsOn, Func<LocalSasl, SaslContext, ISaslExchange> Begin);
