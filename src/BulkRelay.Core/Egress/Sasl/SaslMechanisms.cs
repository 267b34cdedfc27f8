using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Smtp.Sasl;
using MailKit.Security;
using ScramClient = System.Func<string, string, MailKit.Security.SaslMechanism>;

namespace BulkRelay.Core.Egress.Sasl;

/// <summary>
/// The mechanisms that the client knows: one row each. Of those that server and configuration allow the first is used: the best that a name
/// and a password are enough for on both sides comes first. Those behind LOGIN need more to work (a realm, a domain, Kerberos), and those with
/// channel binding a server that knows the kind of it: they are for servers that offer nothing else, or for a filter to select.
/// </summary>
internal static class SaslMechanisms
{
    private const SaslSecurity Digest = SaslSecurity.NoPlaintext | SaslSecurity.NoAnonymous;
    private const SaslSecurity Token = SaslSecurity.NoDictionary | SaslSecurity.NoAnonymous;

    public static readonly IReadOnlyList<SaslMechanism> All =
    [
        Scram("SCRAM-SHA-512", (user, password) => new SaslMechanismScramSha512(user, password)),
        Scram("SCRAM-SHA-256", (user, password) => new SaslMechanismScramSha256(user, password)),
        Scram("SCRAM-SHA-1", (user, password) => new SaslMechanismScramSha1(user, password)),
        Scram("SCRAM-SHA-512-PLUS", (user, password) => new SaslMechanismScramSha512Plus(user, password)) with { BindsToTls = true },
        Scram("SCRAM-SHA-256-PLUS", (user, password) => new SaslMechanismScramSha256Plus(user, password)) with { BindsToTls = true },
        Scram("SCRAM-SHA-1-PLUS", (user, password) => new SaslMechanismScramSha1Plus(user, password)) with { BindsToTls = true },
        new("CRAM-MD5", Digest, 1, c => new SaslMechanismCramMd5(c.User, c.Secret))
        {
            Check = (_, challenge, _) => challenge.Length == 0 ? "the challenge is empty" : null,
        },
        // RFC 7628 section 3.2.3: the server's challenge says what is wrong, and wants an answer before the refusal itself comes.
        new("OAUTHBEARER", Token, 1, c => new SaslMechanismOAuthBearer(EscapeGs2(c.User), Octets(c.Secret))) { TakesToken = true },
        new("XOAUTH2", Token, 1, c => new SaslMechanismOAuth2(Octets(c.User), Octets(c.Secret))) { TakesToken = true },
        new("PLAIN", SaslSecurity.NoAnonymous, 0, c => new SaslMechanismPlain(c.User, c.Secret)),
        new("LOGIN", SaslSecurity.NoAnonymous, 2, c => new SaslMechanismLogin(c.User, c.Secret)),
        new("DIGEST-MD5", Digest | SaslSecurity.MutualAuth, 2, c => new SaslMechanismDigestMd5(c.User, c.Secret)),
        new("NTLM", Digest, 1, c => new SaslMechanismNtlm(c.User, c.Secret)),
    ];

    private static SaslMechanism Scram(string name, ScramClient create) => new(
        name, Digest | SaslSecurity.NoActive | SaslSecurity.MutualAuth, 2,
        c => Prepare(c.User) is { Length: > 0 } user && Prepare(c.Secret) is { } password ? create(user, password) : null)
    {
        Check = ScramChecks.Find,
    };

    /// <summary>
    /// The prepared text; null if it cannot be. MailKit prepares it once more, by an older table and 16 bits at a time: characters beyond
    /// U+FFFF it cannot do.
    /// </summary>
    private static string? Prepare(string text) => SaslPrep.Prepare(text) is { } prepared && !prepared.Any(char.IsSurrogate) ? prepared : null;

    /// <summary>A name as GS2 headers have it (RFC 5801 section 4).</summary>
    private static string EscapeGs2(string name) =>
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>The text with a character for each of its octets: MailKit sends the lower 8 bits of each.</summary>
    private static string Octets(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
