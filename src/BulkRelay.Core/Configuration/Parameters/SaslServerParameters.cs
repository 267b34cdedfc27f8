namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>How clients sign in (AUTH), and as whom those who did may send.</summary>
public static class SaslServerParameters
{
    public static readonly ParameterGroup Group = new("Clients that sign in");

    public static readonly Parameter<bool> AuthEnable = Group.Bool("smtpd_sasl_auth_enable", "no",
        "Whether clients can sign in. The restriction permit_sasl_authenticated lets them relay then.");

    public static readonly Parameter<string> Type = Group.Text("smtpd_sasl_type", "cyrus",
        "Who knows the users. cyrus: as the smtpd.conf of Cyrus SASL says (saslauthd, authdaemond; auxprop means smtpd_sasl_user_file here). "
        + "dovecot: the auth service of Dovecot. bulkrelay: smtpd_sasl_user_file. table: the lookup tables in smtpd_sasl_path.");

    public static readonly Parameter<string> Path = Group.Text("smtpd_sasl_path", "smtpd",
        "cyrus: the name of the configuration file, without .conf. dovecot: the socket, as a path (a relative one counts from the queue directory) or inet:host:port. "
        + "table: tables (type:name) of users and passwords or hashes (SCRAM-SHA-256$..., what crypt(3) knows, {PLAIN}...).");

    public static readonly Parameter<string> UserFile = Group.File("smtpd_sasl_user_file", "$config_directory/sasl_users",
        "The relay's own file of users, which `bulkrelay user` edits. It keeps salted hashes; a change counts at once.", own: true);

    public static readonly Parameter<string> Service = Group.Text("smtpd_sasl_service", "smtp",
        "The name of the service that Dovecot, saslauthd and authdaemond are told.");

    public static readonly Parameter<string> CyrusConfigPath = Group.Text("cyrus_sasl_config_path", "",
        "The folders, with colons between them, in which the configuration file of Cyrus SASL is looked for; empty for $config_directory/sasl, /etc/sasl2 and /usr/lib/sasl2.");

    public static readonly Parameter<string> LocalDomain = Group.Text("smtpd_sasl_local_domain", "",
        "The realm of users whose name has none: it is put behind the name, after an at sign. Empty for none.");

    public static readonly Parameter<SaslSecurity> SecurityOptions = Group.Custom<SaslSecurity>("smtpd_sasl_security_options", "noanonymous",
        "What mechanisms must promise while the connection is not encrypted; if none does, clients cannot sign in then.",
        SaslSecurityWords.Parse, "noplaintext, noactive, nodictionary, noanonymous, mutual_auth, forward_secrecy");

    public static readonly Parameter<SaslSecurity> TlsSecurityOptions = Group.Custom<SaslSecurity>("smtpd_sasl_tls_security_options", "$smtpd_sasl_security_options",
        "The same for connections that are encrypted.", SaslSecurityWords.Parse, "noplaintext, noactive, nodictionary, noanonymous, mutual_auth, forward_secrecy");

    public static readonly Parameter<string> MechanismFilter = Group.Text("smtpd_sasl_mechanism_filter", "!external, static:rest",
        "The mechanisms that may be offered: words, /file, type:table; ! excludes.");

    public static readonly Parameter<string> ExceptionsNetworks = Group.Text("smtpd_sasl_exceptions_networks", "",
        "The clients that are not offered to sign in: addresses, networks, [IPv6]/n, names, /file, type:table; ! excludes.");

    public static readonly Parameter<bool> AuthenticatedHeader = Group.Bool("smtpd_sasl_authenticated_header", "no",
        "Whether the Received: header names the user who signed in.");

    public static readonly Parameter<int> ResponseLimit = Group.Int("smtpd_sasl_response_limit", "12288",
        "The longest line of a client while it signs in. More than 16,000 octets are not taken.", min: 1, unit: "octets");

    public static readonly Parameter<bool> BrokenSaslAuthClients = Group.Bool("broken_sasl_auth_clients", "no",
        "Whether EHLO has the mechanisms in a second line, AUTH=..., for old clients that look for that.");

    public static readonly Parameter<string> SenderLoginMaps = Group.Text("smtpd_sender_login_maps", "",
        "Tables of senders (user@domain, @domain) and the users who may send as them, for the restrictions reject_sender_login_mismatch and its kin.");
}
