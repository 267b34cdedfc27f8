namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>
/// TLS of a client: what <c>smtp_tls_*</c> says for services with the command <c>smtp</c>, and <c>lmtp_tls_*</c> under the same names for
/// the command <c>lmtp</c>.
/// </summary>
public sealed class TlsClientParameters
{
    /// <summary>The parameters of services with the command <c>smtp</c>.</summary>
    public static readonly TlsClientParameters Smtp = new("smtp", "nexthop, dot-nexthop");

    /// <summary>The parameters of services with the command <c>lmtp</c>.</summary>
    public static readonly TlsClientParameters Lmtp = new("lmtp", "nexthop");

    private readonly string _command;

    private TlsClientParameters(string command, string secureMatch)
    {
        _command = command;
        Group = new ParameterGroup($"TLS of the {command.ToUpperInvariant()} client");
        SecurityLevel = Group.Custom(Name("tls_security_level"), "",
            $"How much the client insists on TLS, the weakest first. Empty: as {Name("use_tls")} and {Name("enforce_tls")} say.",
            static (string value, out string? fault) =>
            {
                fault = null;
                return value.Length == 0 ? TlsSecurityLevel.Unset : TlsSecurityLevels.Parse(value, out fault);
            }, range: TlsSecurityLevels.Names);
        UseTls = Group.Bool(Name("use_tls"), "no", $"The old way to say {Name("tls_security_level")} = may.");
        EnforceTls = Group.Bool(Name("enforce_tls"), "no",
            $"The old way to say {Name("tls_security_level")} = verify, or encrypt with {Name("tls_enforce_peername")} = no.");
        EnforcePeername = Group.Bool(Name("tls_enforce_peername"), "yes", $"Whether {Name("enforce_tls")} looks at the server's name.");
        PolicyMaps = Text("tls_policy_maps",
            "Tables of a level and attributes (level protocols=… ciphers=… exclude=… match=… tafile=… servername=… connection_reuse=…) for "
            + "destinations: the nexthop as it is written, [host]:port, domain or .parent. A table that fails defers the mail.");
        PerSite = Text("tls_per_site",
            $"The old form of {Name("tls_policy_maps")}, without effect if those are set: NONE, MAY, MUST or MUST_NOPEERMATCH for nexthops and hosts.");
        WrapperMode = Group.Bool(Name("tls_wrappermode"), "no",
            "Begin with TLS, without STARTTLS, as on port 465. Asks for level encrypt or above.");
        ServerName = Text("tls_servername",
            "The name to send in the TLS handshake (SNI): a name, or hostname or nexthop for these. Empty: none.");
        CaFile = Group.File(Name("tls_CAfile"), "", "A file of trusted certificate authorities, in PEM form.");
        CaPath = Group.File(Name("tls_CApath"), "", "A folder of trusted certificate authorities, a PEM file each.");
        TrustAnchorFile = Group.Files(Name("tls_trust_anchor_file"), "",
            "Files of certificates or public keys that are trusted at the levels verify and secure in place of all authorities.");
        VerifyDepth = Group.Int(Name("tls_scert_verifydepth"), "9", "The most certificates above the server's own.", unit: "certificates");
        VerifyMatch = Group.Custom(Name("tls_verify_cert_match"), "hostname",
            "The names of which the server's certificate must have one at level verify: hostname, nexthop, dot-nexthop, names, .parents.", ParseNames);
        SecureMatch = Group.Custom(Name("tls_secure_cert_match"), secureMatch,
            "The names of which the server's certificate must have one at level secure: nexthop, dot-nexthop, hostname, names, .parents.", ParseNames);
        FingerprintMatch = Group.List(Name("tls_fingerprint_cert_match"), "",
            "Fingerprints of certificates or public keys (AA:BB:…) of which the server must have one at level fingerprint.");
        FingerprintDigest = Text("tls_fingerprint_digest", "The digest of fingerprints: sha256, sha384, sha512, sha1 or md5.",
            "${{$compatibility_level} <level {3.6} ? {md5} : {sha256}}");
        CertFile = Group.File(Name("tls_cert_file"), "",
            "The client certificate to show to servers that ask for one, with the authorities between, in PEM form.");
        KeyFile = Group.File(Name("tls_key_file"), $"${Name("tls_cert_file")}", "The key of the client certificate, not encrypted.");
        EcCertFile = Group.File(Name("tls_eccert_file"), "", "A client certificate with an ECDSA key.");
        EcKeyFile = Group.File(Name("tls_eckey_file"), $"${Name("tls_eccert_file")}", "The key of the ECDSA client certificate.");
        ChainFiles = Group.Files(Name("tls_chain_files"), "",
            "Files that hold a key followed by its certificate and the authorities between. Goes before the parameters for single files.");
        Protocols = Text("tls_protocols",
            "The protocols at level may: >=TLSv1.2, or !TLSv1, and so on. There are TLSv1 to TLSv1.3.", ">=TLSv1");
        Ciphers = Text("tls_ciphers",
            "The cipher grade at level may: medium, high, low, export or null. As in Postfix OpenSSL's security level is 0, so that old "
            + "servers get TLS and not mail in clear.", "medium");
        ExcludeCiphers = Text("tls_exclude_ciphers", "Ciphers or classes of ciphers that are never used.");
        MandatoryProtocols = Text("tls_mandatory_protocols",
            "The protocols above level may. There are TLSv1.2 and TLSv1.3; a server with older ones only gets no mail, and the reason "
            + "says so.", ">=TLSv1");
        MandatoryCiphers = Text("tls_mandatory_ciphers",
            "The cipher grade above level may: medium, high, low, export or null. What the default lists mean here "
            + "tls_medium_cipherlist says.", "medium");
        MandatoryExcludeCiphers = Text("tls_mandatory_exclude_ciphers", "More ciphers that are not used above level may.");
        SessionCacheDatabase = Text("tls_session_cache_database",
            "Anything but empty: above level may TLS sessions are taken up again with a server that gets a name in the handshake "
            + $"({Name("tls_servername")}, or the attribute servername). They are kept in memory. At level may there is a full handshake "
            + "for each connection: .NET takes none up with a list of ciphers.");
        ConnectionReuse = Group.Bool(Name("tls_connection_reuse"), "no",
            "Whether a connection with TLS is kept for the next mail. Not set: it is, as one without TLS; only a setting of no ends that.");
        LogLevel = Group.Int(Name("tls_loglevel"), "0", "0: nothing of TLS in the log, 1: a line for each handshake, 2 or more: the certificates too.");
        NoteStarttlsOffer = Group.Bool(Name("tls_note_starttls_offer"), "no", "Log the names of servers that offer TLS where it is not used.");
    }

    /// <summary>The group of these parameters.</summary>
    public ParameterGroup Group { get; }

    public Parameter<TlsSecurityLevel> SecurityLevel { get; }

    public Parameter<bool> UseTls { get; }

    public Parameter<bool> EnforceTls { get; }

    public Parameter<bool> EnforcePeername { get; }

    public Parameter<string> PolicyMaps { get; }

    public Parameter<string> PerSite { get; }

    public Parameter<bool> WrapperMode { get; }

    public Parameter<string> ServerName { get; }

    public Parameter<string> CaFile { get; }

    public Parameter<string> CaPath { get; }

    public Parameter<IReadOnlyList<string>> TrustAnchorFile { get; }

    public Parameter<int> VerifyDepth { get; }

    public Parameter<IReadOnlyList<string>> VerifyMatch { get; }

    public Parameter<IReadOnlyList<string>> SecureMatch { get; }

    public Parameter<IReadOnlyList<string>> FingerprintMatch { get; }

    public Parameter<string> FingerprintDigest { get; }

    public Parameter<string> CertFile { get; }

    public Parameter<string> KeyFile { get; }

    public Parameter<string> EcCertFile { get; }

    public Parameter<string> EcKeyFile { get; }

    public Parameter<IReadOnlyList<string>> ChainFiles { get; }

    public Parameter<string> Protocols { get; }

    public Parameter<string> Ciphers { get; }

    public Parameter<string> ExcludeCiphers { get; }

    public Parameter<string> MandatoryProtocols { get; }

    public Parameter<string> MandatoryCiphers { get; }

    public Parameter<string> MandatoryExcludeCiphers { get; }

    public Parameter<string> SessionCacheDatabase { get; }

    public Parameter<bool> ConnectionReuse { get; }

    public Parameter<int> LogLevel { get; }

    public Parameter<bool> NoteStarttlsOffer { get; }

    private string Name(string suffix) => $"{_command}_{suffix}";

    private Parameter<string> Text(string suffix, string doc, string defaultText = "") => Group.Text(Name(suffix), defaultText, doc);

    /// <summary>Names are separated by colons, too.</summary>
    private static IReadOnlyList<string>? ParseNames(string value, out string? fault) => ParameterList.TrySplit(value.Replace(':', ' '), out fault);
}
