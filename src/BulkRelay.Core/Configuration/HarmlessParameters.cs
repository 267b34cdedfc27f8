using System.Collections.Frozen;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// The parameters without effect of which nobody sees a difference: families by the beginning of their names, single names, and those that
/// are read and checked while their work is done by other means. Each with what happens instead.
/// </summary>
internal static class HarmlessParameters
{
    private const string NoLmtp = "read and checked, but there is no LMTP client that would use it";
    private const string NoSuchFilter = "only filters read it, and there are none";
    private const string NoVerifier = "only the verification of addresses reads it, and there is none: restrictions that ask for it are refused";
    private const string NoMailboxes = "mail is sent on, not put into mailboxes";
    private const string NoMailboxDomains = "it is about alias and mailbox domains, and there are none";
    private const string NoRewriting = "it is about the rewriting of addresses, and there is none";
    private const string OneProcess = "there is one process: nothing is to be set up between several";
    private const string OneProgram = "commands are parts of the program bulkrelay";
    private const string Tables = "tables are read into memory";
    private const string Curves = "the TLS stack chooses the groups of ephemeral keys itself, all of them strong";
    private const string RandomNumbers = "random numbers are those of the system";
    private const string TlsStack = "the TLS stack goes its own way there";
    private const string Dsa = "keys of that kind (DSA) are not used any more";
    private const string DhFile = "no cipher that is in use needs parameters of one's own: the file no longer matters";
    private const string Dane = "it is about DANE, and the levels of DANE are refused";
    private const string Broken = "it is for servers and clients that nobody runs any more, or for debugging Postfix";
    private const string Log = "the mail log is a file or standard output: logrotate or the journal do the rest";
    private const string Srv = "it is about SRV records, and use_srv_lookup is not acted on";

    private static readonly (string Prefix, string Instead)[] Families =
    [
        ("lmtp_", NoLmtp), ("tlsproxy_", OneProcess), ("postscreen_", "only postscreen reads it, and there is none"), ("milter_", NoSuchFilter),
        ("address_verify_", NoVerifier), ("unverified_", NoVerifier), ("virtual_", NoMailboxDomains), ("ipc_", OneProcess),
        ("qmgr_", OneProcess), ("daemon_", OneProcess), ("proxy_", OneProcess), ("connection_cache_", OneProcess), ("postmulti_", OneProgram),
        ("qmqpd_", "there is no QMQP server"), ("tls_eecdh_", Curves), ("tls_random_", RandomNumbers),
        ("smtp_pix_workaround", Broken), ("maillog_file_", Log), ("dnsblog_", OneProcess), ("berkeley_db_", Tables),
    ];

    private static readonly FrozenDictionary<string, string> Single = new (string Instead, string Names)[]
    {
        (NoMailboxes, "allow_mail_to_commands allow_mail_to_files biff command_execution_directory command_expansion_filter command_time_limit "
            + "deliver_lock_attempts deliver_lock_delay execution_directory_expansion_filter expand_owner_alias "
            + "forward_expansion_filter frozen_delivered_to local_command_shell local_delivery_status_filter mail_spool_directory "
            + "local_destination_concurrency_limit local_destination_recipient_limit mailbox_delivery_lock mailbox_size_limit owner_request_special "
            + "mailbox_defer_errors maildir_defer_errors pipe_delivery_status_filter prepend_delivered_header require_home_directory "
            + "reset_owner_alias stale_lock_time strict_mailbox_ownership"),
        (NoSuchFilter, "body_checks_size_limit default_filter_nexthop disable_mime_input_processing header_address_token_limit "
            + "internal_mail_filter_classes mime_boundary_length_limit mime_nesting_limit smtpd_proxy_ehlo smtpd_proxy_options smtpd_proxy_timeout"),
        (NoLmtp, "lmtp_log_tls_feature_status lmtp_requiretls_policy lmtp_sasl_password_result_delimiter lmtp_tls_enable_rpk lmtp_tlsrpt_enable "
            + "lmtp_tls_enforce_sts_mx_patterns lmtp_tls_loglevel_maps lmtp_tls_trace_size_limit lmtp_tlsrpt_skip_reused_handshakes "
            + "lmtp_tlsrpt_socket_name"),
        (NoVerifier, "smtp_address_verify_target"),
        (NoRewriting, "canonical_classes masquerade_classes masquerade_exceptions recipient_canonical_classes relocated_prefix_enable"),
        (Srv, "allow_srv_lookup_fallback ignore_srv_lookup_error"),
        (Dane, "dnssec_probe smtp_tls_dane_insecure_mx_policy smtp_tls_force_insecure_host_tlsa_lookup tls_dane_digests"),
        (OneProcess, "application_event_drain_time backwards_bounce_logfile_compatibility config_directory data_directory default_privs "
            + "fork_attempts fork_delay hash_queue_depth hash_queue_names mail_owner max_idle max_use multi_instance_enable multi_instance_group "
            + "multi_instance_name process_id process_id_directory process_name queue_file_attribute_count_limit service_name "
            + "service_throttle_time setgid_group trigger_timeout client_connection_rate_service_name bounce_service_name cleanup_service_name "
            + "defer_service_name dnsblog_service_name error_service_name flush_service_name pickup_service_name postlog_service_name "
            + "proxymap_service_name proxywrite_service_name queue_service_name rewrite_service_name showq_service_name smtpd_service_name "
            + "tlsmgr_service_name trace_service_name"),
        ("each domain of fast_flush_domains is looked up in the queue itself", "fast_flush_purge_time fast_flush_refresh_time"),
        ("mail is taken no faster than the store keeps it: each 250 waits for its commit", "in_flow_delay"),
        (OneProgram, "alternate_config_directories command_directory mailq_path meta_directory newaliases_path openssl_path sendmail_path shlib_directory"),
        ("it tells where Postfix's pages are", "html_directory manpage_directory readme_directory sample_directory mail_release_date"),
        ("the environment is not passed on to other programs", "export_environment import_environment"),
        ("REQUIRETLS is not offered", "requiretls_enable requiretls_esmtp_header requiretls_redact_dsn"),
        (Tables, "non_bdb_custom_mapping non_bdb_migration_allow_root_prefixes non_bdb_migration_allow_user_prefixes non_bdb_migration_level "
            + "non_bdb_migration_log_redirect non_bdb_migration_service_name default_cache_db_type lmdb_map_size socketmap_max_query_size socketmap_max_reply_size"),
        (Broken, "debug_peer_level debugger_command destination_concurrency_feedback_debug dns_ncache_ttl_fix_enable enable_idna2003_compatibility "
            + "fault_injection_code helpful_warnings send_cyrus_sasl_authzid sun_mailtool_compatibility tcp_windowsize"),
        ("line ends and headers are made canonical as mail comes in", "cleanup_replace_stray_cr_lf detect_8bit_encoding_header "
            + "full_name_encoding_charset non_empty_end_of_header_action sendmail_fix_line_endings"),
        ("local_login_sender_maps is not acted on", "empty_address_local_login_sender_maps_lookup_key"),
        (Log, "postlogd_watchdog_timeout syslog_facility respectful_logging"),
        ("slow servers meet the time limits of each command", "smtp_min_data_rate smtp_per_request_deadline"),
        ("the next host does not learn who the client was", "smtp_xforward_timeout"),
        ("the mechanisms of the client are part of the program: there is nothing to point to", "smtp_sasl_path"),
        ("the TLS stack does not renegotiate: what it guards against cannot happen", "smtp_tls_block_early_mail_reply"),
        (Dsa, "smtp_tls_dcert_file smtp_tls_dkey_file smtpd_tls_dcert_file smtpd_tls_dkey_file"),
        (DhFile, "smtpd_tls_dh1024_param_file smtpd_tls_dh512_param_file"),
        ("how long a TLS session can be taken up again is agreed on with the server", "smtp_tls_session_cache_timeout"),
        ("sessions are kept in tickets with the clients, and in memory", "smtpd_tls_session_cache_database"),
        (Curves, "tls_ffdhe_auto_groups"), (RandomNumbers, "tls_daemon_random_bytes"),
        (TlsStack, "tls_disable_workarounds tls_fast_shutdown_enable tls_preempt_cipherlist tls_session_ticket_cipher tls_ssl_options"),
        ("servers and clients are known by certificates", "smtp_tls_enable_rpk smtpd_tls_enable_rpk"),
        ("the policy of a destination stands in its own table", "smtp_tls_enforce_sts_mx_patterns smtp_requiretls_policy tls_required_enable"),
        ("the detail of the TLS log is the same for all", "smtp_tls_loglevel_maps smtp_tls_trace_size_limit smtpd_tls_loglevel_maps "
            + "smtpd_tls_trace_size_limit tls_trace_rate_limit"),
        ("smtp_tlsrpt_enable is not acted on", "smtp_tlsrpt_skip_reused_handshakes smtp_tlsrpt_socket_name"),
    }.SelectMany(row => row.Names.Split(' ').Select(name => KeyValuePair.Create(name, row.Instead))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>
    /// Per-transport parameters that are read and checked, and whose work is done by other means: Postfix counts slots so that small
    /// messages may overtake large ones, and recipients so that large ones do not fill the memory.
    /// </summary>
    private static readonly (TransportParameter Parameter, string Instead)[] Superseded =
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

    /// <summary>The names that stand in the table by themselves.</summary>
    public static IEnumerable<string> Names => Single.Keys;

    /// <summary>What happens instead; null for a parameter that is acted on, or that is not in the table.</summary>
    public static string? Find(string name)
    {
        if (Single.TryGetValue(name, out var instead)) return instead;
        var known = ParameterCatalog.Find(name);
        var own = ParameterCatalog.FindPerTransport(name, out _);
        if (known is not null && (TlsClientParameters.Lmtp.Group.Parameters.Contains(known) || SaslClientParameters.Lmtp.Group.Parameters.Contains(known)))
            return NoLmtp;
        foreach (var (parameter, reason) in Superseded)
            if (parameter == own || parameter.Default == known) return reason;
        return known is null && own is null && PostfixParameters.Defaults.ContainsKey(name)
            ? Families.FirstOrDefault(f => name.StartsWith(f.Prefix, StringComparison.Ordinal)).Instead
            : null;
    }
}
