using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>Why a parameter that Postfix has changes nothing here.</summary>
public static class WithoutEffect
{
    private const string Mailboxes = "BulkRelay sends mail on, it delivers to no mailboxes";
    private const string Processes = "BulkRelay is one process: there are no helper processes to set up";

    private const string Curves = "the TLS stack chooses the groups of ephemeral keys itself, all of them strong";
    private const string RandomNumbers = "random numbers are those of the system";
    private const string OwnWay = "the TLS stack goes its own way there";
    private const string Dsa = "keys of that kind (DSA) are not used any more";
    private const string SessionTime = "how long a TLS session can be taken up again is agreed on with the server";
    private const string Renegotiation = "the TLS stack does not renegotiate: what it guards against cannot happen";
    private const string SaslPath = "the mechanisms of the client are part of the program: there is nothing to point to";
    private const string NoLmtp = "it is read and checked, but there is no LMTP client that would use it";

    private static readonly (string Prefix, string Reason)[] Families =
    [
        ("smtpd_tls_dh1024_param_file", "no cipher that is in use needs parameters of one's own: the file no longer matters"),
        ("smtpd_tls_dh512_param_file", "no cipher that is in use needs parameters of one's own: the file no longer matters"),
        ("tls_eecdh_", Curves), ("tls_random_", RandomNumbers), ("tls_daemon_random_bytes", RandomNumbers), ("tls_preempt_cipherlist", OwnWay),
        ("tls_ssl_options", OwnWay), ("tls_disable_workarounds", OwnWay), ("tls_session_ticket_cipher", OwnWay), ("tls_fast_shutdown_enable", OwnWay),
        ("tls_config_", OwnWay), ("smtpd_tls_session_cache_database", "sessions are kept in tickets with the clients, and in memory"),
        ("smtpd_tls_dcert_file", Dsa), ("smtpd_tls_dkey_file", Dsa),
        ("smtp_sasl_path", SaslPath), ("lmtp_sasl_path", SaslPath),
        ("smtp_tls_dcert_file", Dsa), ("smtp_tls_dkey_file", Dsa), ("lmtp_tls_dcert_file", Dsa), ("lmtp_tls_dkey_file", Dsa),
        ("smtp_tls_session_cache_timeout", SessionTime), ("lmtp_tls_session_cache_timeout", SessionTime),
        ("smtp_tls_block_early_mail_reply", Renegotiation), ("lmtp_tls_block_early_mail_reply", Renegotiation),
        ("alias_", Mailboxes), ("allow_mail_to_", Mailboxes), ("forward_", Mailboxes), ("home_mailbox", Mailboxes), ("local_", Mailboxes),
        ("mailbox_", Mailboxes), ("mail_spool_", Mailboxes), ("virtual_mailbox_", Mailboxes), ("virtual_uid_", Mailboxes), ("virtual_gid_", Mailboxes),
        ("daemon_", Processes), ("data_directory", Processes), ("ipc_", Processes), ("max_idle", Processes), ("max_use", Processes),
        ("in_flow_delay", "mail is taken no faster than the store keeps it: each 250 waits for its commit, which takes the results of deliveries along"), ("mail_owner", Processes), ("setgid_group", Processes), ("proxymap_", Processes), ("qmgr_", Processes),
        ("command_directory", "commands are parts of the program bulkrelay"), ("newaliases_path", "commands are parts of the program bulkrelay"),
        ("sendmail_path", "commands are parts of the program bulkrelay"), ("mailq_path", "commands are parts of the program bulkrelay"),
        ("html_directory", "it only tells where Postfix's pages are"), ("manpage_directory", "it only tells where Postfix's pages are"),
        ("readme_directory", "it only tells where Postfix's pages are"), ("sample_directory", "it only tells where Postfix's pages are"),
        ("import_environment", "the environment is not passed on to other programs"), ("export_environment", "the environment is not passed on to other programs"),
    ];

    /// <summary>
    /// Per-transport parameters that are read and checked, and whose work is done by other means: Postfix counts slots so that small
    /// messages may overtake large ones, and recipients so that large ones do not fill the memory.
    /// </summary>
    private static readonly (TransportParameter Parameter, string Reason)[] Superseded =
    [
        .. new TransportParameter[]
        {
            TransportParameters.DeliverySlotCost, TransportParameters.DeliverySlotLoan, TransportParameters.DeliverySlotDiscount,
            TransportParameters.MinimumDeliverySlots,
        }.Select(p => (p, "superseded: the flows of a destination have fair shares, so small messages need not overtake large ones")),
        .. new TransportParameter[]
        {
            TransportParameters.RecipientLimit, TransportParameters.ExtraRecipientLimit, TransportParameters.RecipientRefillLimit,
            TransportParameters.RecipientRefillDelay,
        }.Select(p => (p, "superseded: recipients are read on when there is room; qmgr_destination_active_limit and qmgr_message_recipient_limit set how much")),
    ];

    /// <summary>Why a setting changes nothing; null if it does. The name may be that of a default or of one transport's own parameter.</summary>
    public static string? Find(string name)
    {
        var known = ParameterCatalog.Find(name);
        var own = ParameterCatalog.FindPerTransport(name, out _);
        if (known is not null && (TlsClientParameters.Lmtp.Group.Parameters.Contains(known) || SaslClientParameters.Lmtp.Group.Parameters.Contains(known))) return NoLmtp;
        foreach (var (parameter, reason) in Superseded)
            if (parameter == own || parameter.Default == known) return reason;
        return known is null && own is null && PostfixParameters.Defaults.ContainsKey(name) ? Reason(name) : null;
    }

    /// <summary>The reason, for a parameter of Postfix that is not in <see cref="ParameterCatalog"/>.</summary>
    private static string Reason(string name) =>
        Families.FirstOrDefault(f => name.StartsWith(f.Prefix, StringComparison.Ordinal)).Reason ?? "BulkRelay does not have what it sets";
}
