namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>TLS of the SMTP server.</summary>
public static class SmtpdTlsParameters
{
    /// <summary>The group of these parameters.</summary>
    public static readonly ParameterGroup Group = new("TLS of the SMTP server");

    public static readonly Parameter<string> SecurityLevel = Group.Text("smtpd_tls_security_level", "",
        "none, may (STARTTLS is offered) or encrypt (nothing but greetings without it). Empty: as smtpd_use_tls and smtpd_enforce_tls say.");

    public static readonly Parameter<bool> UseTls = Group.Bool("smtpd_use_tls", "no", "The old way to say smtpd_tls_security_level = may.");

    public static readonly Parameter<bool> EnforceTls = Group.Bool("smtpd_enforce_tls", "no",
        "The old way to say smtpd_tls_security_level = encrypt.");

    public static readonly Parameter<bool> WrapperMode = Group.Bool("smtpd_tls_wrappermode", "no",
        "Whether clients of the service begin with TLS, before the greeting, as on port 465.");

    public static readonly Parameter<bool> AuthOnly = Group.Bool("smtpd_tls_auth_only", "no",
        "Whether AUTH is offered and accepted inside TLS only. Always so where TLS is required.");

    public static readonly Parameter<string> CertFile = Group.File("smtpd_tls_cert_file", "",
        "The certificate with those of its issuers, in PEM form. Renewed files are noticed without a restart. A relative name counts from "
        + "the configuration folder, here and wherever the configuration names a file.", wordForNone: "none");

    public static readonly Parameter<string> KeyFile = Group.File("smtpd_tls_key_file", "$smtpd_tls_cert_file",
        "The key of that certificate; it must not be encrypted.");

    public static readonly Parameter<string> EcCertFile = Group.File("smtpd_tls_eccert_file", "",
        "A second certificate, with an EC key: clients get the one they can verify.");

    public static readonly Parameter<string> EcKeyFile = Group.File("smtpd_tls_eckey_file", "$smtpd_tls_eccert_file",
        "The key of that certificate.");

    public static readonly Parameter<IReadOnlyList<string>> ChainFiles = Group.Files("smtpd_tls_chain_files", "",
        "PEM files, each with a key, its certificate and those of the issuers in that order. They take the place of the four parameters above.");

    public static readonly Parameter<string> CaFile = Group.File("smtpd_tls_CAfile", "",
        "The certificate authorities of client certificates; clients that are asked for one are told their names.");

    public static readonly Parameter<string> CaPath = Group.File("smtpd_tls_CApath", "",
        "A folder of further authorities, a file each, named by hash (openssl rehash).");

    public static readonly Parameter<bool> AskCcert = Group.Bool("smtpd_tls_ask_ccert", "no", "Whether clients are asked for a certificate.");

    public static readonly Parameter<bool> ReqCcert = Group.Bool("smtpd_tls_req_ccert", "no",
        "Whether clients without a trusted certificate are sent away. Only where TLS is required; elsewhere it asks.");

    public static readonly Parameter<int> CcertVerifyDepth = Group.Int("smtpd_tls_ccert_verifydepth", "9",
        "How many issuers may stand between a client's certificate and a trusted authority, that one included.", unit: "certificates");

    public static readonly Parameter<string> FingerprintDigest = Group.Text("smtpd_tls_fingerprint_digest",
        "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}",
        "The digest of fingerprints in relay_clientcerts and check_ccert_access: md5, sha1, sha256, sha384 or sha512.");

    public static readonly Parameter<string> RelayClientcerts = Group.Text("relay_clientcerts", "",
        "Tables of the fingerprints (of certificates or public keys, AA:BB:…) that permit_tls_clientcerts permits; the values do not matter.");

    public static readonly Parameter<string> Protocols = Group.Text("smtpd_tls_protocols", ">=TLSv1",
        "The protocols where TLS is optional: >=TLSv1.2, or names to take (TLSv1.3) or to leave out (!TLSv1.2). There are TLSv1.2 and TLSv1.3.");

    public static readonly Parameter<string> MandatoryProtocols = Group.Text("smtpd_tls_mandatory_protocols", ">=TLSv1",
        "The protocols where TLS is required.");

    public static readonly Parameter<string> Ciphers = Group.Text("smtpd_tls_ciphers", "medium",
        "The least cipher grade where TLS is optional: high, medium, low or export.");

    public static readonly Parameter<string> MandatoryCiphers = Group.Text("smtpd_tls_mandatory_ciphers", "medium",
        "The least cipher grade where TLS is required.");

    public static readonly Parameter<string> ExcludeCiphers = Group.Text("smtpd_tls_exclude_ciphers", "",
        "Ciphers and classes of ciphers that are not used with TLSv1.2, in OpenSSL's words.");

    public static readonly Parameter<string> MandatoryExcludeCiphers = Group.Text("smtpd_tls_mandatory_exclude_ciphers", "",
        "Further ones that are not used where TLS is required.");

    public static readonly Parameter<string> EecdhGrade = Group.Text("smtpd_tls_eecdh_grade", "auto",
        "auto: as the cipher lists say; strong, ultra: only suites with forward secrecy; none: none with elliptic curves in TLSv1.2.");

    public static readonly Parameter<bool> ReceivedHeader = Group.Bool("smtpd_tls_received_header", "no",
        "Whether Received: says protocol, cipher and client certificate.");

    public static readonly Parameter<int> LogLevel = Group.Custom("smtpd_tls_loglevel", "0",
        "0: failures only; 1: a line per handshake; 2: also what the client's certificate says, with its fingerprints; 3: also the octets of the "
        + "handshake; 4: all octets on the wire. 3 and 4 are for debugging only.", ParseLogLevel, range: "0 to 4");

    public static readonly Parameter<TimeSpan> StartTlsTimeout = Group.Time("smtpd_starttls_timeout", "${stress?{10}:{300}}s",
        "The most time for a TLS handshake as a whole.", min: TimeSpan.FromSeconds(1));

    public static readonly Parameter<bool> AlwaysIssueSessionIds = Group.Bool("smtpd_tls_always_issue_session_ids", "yes",
        "Whether sessions can be taken up again. A session holds for the service and the certificate it began with, never for another service.");

    public static readonly Parameter<TimeSpan> SessionCacheTimeout = Group.Time("smtpd_tls_session_cache_timeout", "3600s",
        "With 0 no session is taken up again; how long it can be is up to the TLS stack.", max: TimeSpan.FromDays(100));

    public static readonly Parameter<string> ServerSniMaps = Group.Text("tls_server_sni_maps", "",
        "Tables of files (as in smtpd_tls_chain_files) by the name that a client asks for (SNI): the name, then its parent domains with a leading dot.");

    private static int ParseLogLevel(string value, out string? fault)
    {
        var level = ParameterParsers.Int(0, int.MaxValue)(value, out fault);
        return Math.Min(level, 4);
    }
}
