using BulkRelay.Core.Configuration;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>The mechanisms that the client knows: one row each, the best first. Of those that server and configuration allow the first is used.</summary>
internal static class SaslMechanisms
{
    private const SaslSecurity Scram = SaslSecurity.NoPlaintext | SaslSecurity.NoActive | SaslSecurity.NoAnonymous | SaslSecurity.MutualAuth;

    public static readonly IReadOnlyList<SaslMechanism> All =
    [
        new("SCRAM-SHA-256", Scram, TakesToken: false, ScramExchange.Sha256),
        new("SCRAM-SHA-1", Scram, TakesToken: false, ScramExchange.Sha1),
        new("CRAM-MD5", SaslSecurity.NoPlaintext | SaslSecurity.NoAnonymous, TakesToken: false, c => new CramMd5Exchange(c)),
        new("OAUTHBEARER", SaslSecurity.NoDictionary | SaslSecurity.NoAnonymous, TakesToken: true, c => new OAuthBearerExchange(c)),
        new("XOAUTH2", SaslSecurity.NoDictionary | SaslSecurity.NoAnonymous, TakesToken: true, c => new XOAuth2Exchange(c)),
        new("PLAIN", SaslSecurity.NoAnonymous, TakesToken: false, c => new PlainExchange(c)),
        new("LOGIN", SaslSecurity.NoAnonymous, TakesToken: false, c => new LoginExchange(c)),
    ];
}
