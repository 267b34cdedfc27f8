namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>What knows the users (<c>smtpd_sasl_type</c>). One for a configuration, used by many sessions at once.</summary>
internal interface ISaslBackend
{
    /// <summary>All mechanisms that it has now, in the order in which they are offered.</summary>
    ValueTask<IReadOnlyList<SaslMechanism>> MechanismsAsync(SaslContext context, CancellationToken cancel);

    /// <summary>Begins an attempt with one of its mechanisms.</summary>
    ISaslExchange Begin(SaslMechanism mechanism, SaslContext context);
}
