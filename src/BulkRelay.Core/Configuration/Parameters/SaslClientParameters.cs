namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>
/// How a client signs in to servers: what <c>smtp_sasl_*</c> says for services with the command <c>smtp</c>, and <c>lmtp_sasl_*</c> under the
/// same names for the command <c>lmtp</c>.
/// </summary>
public sealed class SaslClientParameters
{
    // Static fields are set in their order, and the next ones need this.
    private static readonly Dictionary<string, LinkProtection> Protections = new()
    {
        ["none"] = LinkProtection.None,
        ["encrypted"] = LinkProtection.Encrypted,
        ["verified"] = LinkProtection.Verified,
    };

    /// <summary>The parameters of services with the command <c>smtp</c>.</summary>
    public static readonly SaslClientParameters Smtp = new("smtp");

    /// <summary>The parameters of services with the command <c>lmtp</c>.</summary>
    public static readonly SaslClientParameters Lmtp = new("lmtp");

    private readonly string _command;

    private SaslClientParameters(string command)
    {
        _command = command;
        Group = new ParameterGroup($"Sign-in of the {command.ToUpperInvariant()} client");
        AuthEnable = Group.Bool(Name("sasl_auth_enable"), "no", $"Sign in to servers for which {Name("sasl_password_maps")} has a login.");
        PasswordMaps = Group.Text(Name("sasl_password_maps"), "",
            "Tables of logins, user:password. Looked up by the sender (only with "
            + $"{Name("sender_dependent_authentication")}), then by the server's name, then by the nexthop as it is written: [host]:port.");
        SenderDependent = Group.Bool(Name("sender_dependent_authentication"), "no",
            "Look logins up by the sender first. A connection is used again only for mail with the same login.");
        MechanismFilter = Group.Text(Name("sasl_mechanism_filter"), "",
            "The mechanisms that may be used of those that a server offers: names, /file, type:table, each with ! to exclude. Empty: all. The first of "
            + "these is used: SCRAM-SHA-512, SCRAM-SHA-256, SCRAM-SHA-1, SCRAM-SHA-512-PLUS, SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS, CRAM-MD5, OAUTHBEARER, XOAUTH2, "
            + "PLAIN, LOGIN, DIGEST-MD5, NTLM.");
        SecurityOptions = Options("sasl_security_options", "noplaintext, noanonymous", "over connections in clear");
        TlsSecurityOptions = Options("sasl_tls_security_options", $"${Name("sasl_security_options")}", "over TLS");
        TlsVerifiedSecurityOptions = Options("sasl_tls_verified_security_options", $"${Name("sasl_tls_security_options")}",
            "over TLS with a server whose certificate was checked");
        AuthSoftBounce = Group.Bool(Name("sasl_auth_soft_bounce"), "yes",
            "Defer the mail when a server refuses a login for good (535). With no: return it.");
        AuthCacheName = Group.Text(Name("sasl_auth_cache_name"), "",
            "Anything but empty: a login that a server refused with 535 is not tried there again until its password changes or the time of "
            + $"{Name("sasl_auth_cache_time")} is over. Kept in memory: what is named here is not used.");
        AuthCacheTime = Group.Time(Name("sasl_auth_cache_time"), "90d", "How long a refused login is not tried again.",
        unit: 'd', max: ParameterGroup.AnyTime);
        Type = Group.Custom(Name("sasl_type"), "cyrus", "The kind of client mechanisms, of which there is one.", ParseType, range: "cyrus");
        SendDummyMailAuth = Group.Bool(Name("send_dummy_mail_auth"), "no", "Add AUTH=<> to MAIL FROM when signed in.");
        PlaintextProtection = Group.Choice(Name("sasl_plaintext_protection"), "encrypted",
            "The least protection of a connection over which a password is sent as it is (PLAIN, LOGIN), whatever the security options "
            + "allow: none, encrypted (TLS), verified (TLS level fingerprint, verify or secure).", Protections, own: true);
        AuthRequired = Group.Bool(Name("sasl_auth_required"), "yes",
            "Defer the mail when a server offers no AUTH although there is a login for it (found by its name or the nexthop, not by the sender). "
            + "With no: deliver without, as Postfix does.", own: true);
        TokenMaps = Group.Text(Name("oauth_token_maps"), "",
            "Tables that say, by the user of a login, how to get access tokens for XOAUTH2 and OAUTHBEARER: endpoint=URL client_id=ID "
            + "client_secret_file=FILE refresh_token_file=FILE scope=SCOPE client_auth=body|basic allow_http=yes. With a refresh token it is "
            + "used (and a new one is written back to its file), otherwise client credentials. Values with blanks: {scope=a b}.", own: true);
        TokenProtection = Group.Choice(Name("oauth_token_protection"), "verified",
            "The least protection of a connection over which an access token is sent: none, encrypted (TLS), verified (TLS level "
            + "fingerprint, verify or secure).", Protections, own: true);
        TokenRenewalMargin = Group.Time(Name("oauth_renewal_margin"), "300s",
            "How long before its end an access token is renewed; not more than half of its life.", own: true);
    }

    /// <summary>The group of these parameters.</summary>
    public ParameterGroup Group { get; }

    public Parameter<bool> AuthEnable { get; }

    public Parameter<string> PasswordMaps { get; }

    public Parameter<bool> SenderDependent { get; }

    public Parameter<string> MechanismFilter { get; }

    public Parameter<SaslSecurity> SecurityOptions { get; }

    public Parameter<SaslSecurity> TlsSecurityOptions { get; }

    public Parameter<SaslSecurity> TlsVerifiedSecurityOptions { get; }

    public Parameter<bool> AuthSoftBounce { get; }

    public Parameter<string> AuthCacheName { get; }

    public Parameter<TimeSpan> AuthCacheTime { get; }

    public Parameter<string> Type { get; }

    public Parameter<bool> SendDummyMailAuth { get; }

    public Parameter<LinkProtection> PlaintextProtection { get; }

    public Parameter<bool> AuthRequired { get; }

    public Parameter<string> TokenMaps { get; }

    public Parameter<LinkProtection> TokenProtection { get; }

    public Parameter<TimeSpan> TokenRenewalMargin { get; }

    private string Name(string suffix) => $"{_command}_{suffix}";

    private Parameter<SaslSecurity> Options(string suffix, string defaultText, string where) => Group.Custom(Name(suffix), defaultText,
        $"What a mechanism must promise to be used {where}.", (string value, out string? fault) => SaslSecurityWords.Parse(value, out fault),
        range: "noplaintext, noactive, nodictionary, noanonymous, mutual_auth");

    private static string ParseType(string value, out string? fault)
    {
        fault = value.Equals("cyrus", StringComparison.OrdinalIgnoreCase) ? null : $"unsupported SASL client implementation: '{value}': use cyrus";
        return value;
    }
}
