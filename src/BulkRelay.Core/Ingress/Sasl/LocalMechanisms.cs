using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Ingress.Sasl;

/// <summary>
/// All mechanisms that run here: one row each, in the order of the offer. LOGIN and PLAIN come first because old clients that need
/// <c>broken_sasl_auth_clients</c> look at the first word only; the others choose the best by themselves.
/// </summary>
internal static class LocalMechanisms
{
    private const SaslSecurity Hidden = SaslSecurity.NoAnonymous | SaslSecurity.NoPlaintext;
    private const SaslSecurity Mutual = Hidden | SaslSecurity.NoActive | SaslSecurity.MutualAuth;

    public static readonly IReadOnlyList<LocalMechanism> All =
    [
        new(new("LOGIN", SaslSecurity.NoAnonymous), _ => true, (sasl, context) => new LoginExchange(sasl, context)),
        new(new("PLAIN", SaslSecurity.NoAnonymous), _ => true, (sasl, context) => new PlainExchange(sasl, context)),
        new(new("CRAM-MD5", Hidden), users => users is { HasPlain: true }, (sasl, context) => new CramMd5Exchange(sasl, context)),
        new(new("SCRAM-SHA-256", Mutual), users => users is { HasScram: true }, (sasl, context) => new ScramExchange(sasl, context)),
    ];
}
