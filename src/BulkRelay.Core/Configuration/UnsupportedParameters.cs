using System.Collections.Frozen;
using static BulkRelay.Core.Configuration.UnsupportedClass;

namespace BulkRelay.Core.Configuration;

/// <summary>
/// Every parameter of Postfix (3.6 to 3.12) that BulkRelay does not act on, with what that means. The harmless ones are in
/// <see cref="HarmlessParameters"/>. Whoever declares a parameter in <c>Configuration/Parameters</c> takes its name out of the table, which a
/// test demands.
/// </summary>
public static class UnsupportedParameters
{
    private const string NoFilter = "no filter sees the mail: it goes on unfiltered";
    private const string NoContentRules = "no rule looks at the content: mail goes on unfiltered and unchanged";
    private const string NoCopies = "no copies are made";
    private const string NoRewriting = "addresses go on as they came in";
    private const string NoMailboxes = "there are no mailboxes here: what mydestination lists is refused unless local_transport names a service that sends it on";
    private const string NoMailboxDomains = "there are no mailbox domains: their mail is mail for anywhere else, which strangers may not send";
    private const string NoPostscreen = "there is no postscreen: say it with smtpd_client_restrictions";
    private const string NoStrictness = "such mail is taken";

    private static readonly FrozenDictionary<string, UnsupportedParameter> Table = Rows().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All names of the table.</summary>
    public static IEnumerable<string> Names => Table.Keys;

    /// <summary>What it means that the parameter is not acted on; null if it is, or if it is none of Postfix's.</summary>
    public static UnsupportedParameter? Find(string name) =>
        Table.GetValueOrDefault(name) ?? (HarmlessParameters.Find(name) is { } instead ? new UnsupportedParameter(Harmless, instead, null) : null);

    private static IEnumerable<KeyValuePair<string, UnsupportedParameter>> Rows() =>
    [
        .. Row(Protective, NoFilter, "smtpd_milters non_smtpd_milters smtpd_milter_maps content_filter smtpd_proxy_filter"),
        .. Row(Protective, NoContentRules,
            "header_checks mime_header_checks nested_header_checks body_checks smtp_header_checks smtp_mime_header_checks "
            + "smtp_nested_header_checks smtp_body_checks"),
        .. Row(Protective, NoStrictness, "strict_7bit_headers strict_8bitmime strict_8bitmime_body strict_mime_encoding_domain"),
        .. Row(Protective, NoCopies, "always_bcc sender_bcc_maps recipient_bcc_maps"),
        .. Row(Protective, "aliases are not expanded: mail goes to the address as it is written", "virtual_alias_maps virtual_maps"),
        .. Row(Protective, "there are no alias domains: their mail is mail for anywhere else, which strangers may not send", "virtual_alias_domains"),
        .. Row(Protective, NoMailboxDomains, "virtual_mailbox_domains virtual_mailbox_maps"),
        .. Row(Protective, NoMailboxDomains, "virtual_transport", value => value == "virtual"),
        .. Row(Protective, "mail for addresses that have moved is taken and sent on", "relocated_maps"),
        .. Row(Protective, NoRewriting,
            "canonical_maps recipient_canonical_maps smtp_generic_maps masquerade_domains"),
        .. Row(Protective, NoMailboxes, "mailbox_transport mailbox_transport_maps fallback_transport fallback_transport_maps luser_relay"),
        .. Row(Protective, "mail for domains whose best mail host is this one is not delivered another way", "best_mx_transport"),
        .. Row(Protective, "hosts are found by MX records alone, not by SRV records", "use_srv_lookup"),
        .. Row(Protective, "answers of DNS are used as they are", "smtp_dns_reply_filter smtpd_dns_reply_filter"),
        .. Row(Protective, "whoever may submit mail may give any sender (sendmail -f)", "local_login_sender_maps", value => value == "static:*"),
        .. Row(Protective, "the client's name and address stand in the Received: header", "smtpd_hide_client_session"),
        .. Row(Protective, "user name and password are separated by the first colon", "smtp_sasl_password_result_delimiter", value => value == ":"),

        .. Row(Visible, "aliases are not expanded: until there is local delivery, mail for local names is refused", "alias_maps"),
        .. Row(Visible, NoMailboxes, "mailbox_command mailbox_command_maps home_mailbox forward_path"),
        .. Row(Visible, "the code is 550",
            "unknown_virtual_alias_reject_code unknown_virtual_mailbox_reject_code"),
        .. Row(Visible, "what it would switch off beside recipient checks does not exist, and unknown recipients are still refused",
            "receive_override_options", value => !value.Contains("no_unknown_recipient_checks", StringComparison.Ordinal)),
        .. Row(Visible, "names without a dot are not completed with .$mydomain", "append_dot_mydomain",
            value => value.Equals("no", StringComparison.OrdinalIgnoreCase)),
        .. Row(Visible, "addresses without a domain get @$myorigin", "append_at_myorigin"),
        .. Row(Visible, "addresses in headers are left as they are", "remote_header_rewrite_domain undisclosed_recipients_header header_from_format"),
        .. Row(Visible, "addresses of such forms are treated as with the default",
            "allow_min_user allow_percent_hack swap_bangpath allow_untrusted_routing resolve_dequoted_address resolve_null_domain "
            + "resolve_numeric_domain smtputf8_autodetect_classes smtp_quote_rfc821_envelope"),
        .. Row(Visible, "mail that no sender can be told of goes to 2bounce_notice_recipient", "empty_address_recipient"),
        .. Row(Visible, "reports are not threaded with the message they are about", "enable_threaded_bounces"),
        .. Row(Visible, "replies and their codes count as they came: what would be turned into a later try is returned",
            "smtp_reply_filter smtp_delivery_status_filter default_delivery_status_filter"),
        .. Row(Visible, "what servers offer is used, whoever they are", "smtp_discard_ehlo_keyword_address_maps"),
        .. Row(Visible, "the name that was looked up stays the server's name", "smtp_cname_overrides_servername"),
        .. Row(Visible, "an address that cannot be used is told in the log, and the system chooses one", "smtp_bind_address_enforce"),
        .. Row(Visible, "DNS is asked as without it, and answers are not validated", "smtp_dns_support_level smtp_dns_resolver_options"),
        .. Row(Visible, "the next host does not learn who the client was", "smtp_send_xforward_command"),
        .. Row(Visible, "each address is a client of its own", "smtpd_client_ipv4_prefix_length smtpd_client_ipv6_prefix_length"),
        .. Row(Visible, "the client's port does not stand in the log", "smtpd_client_port_logging qmqpd_client_port_logging"),
        .. Row(Visible, "the log shows no more of such clients than of others", "debug_peer_list"),
        .. Row(Visible, "the log shows addresses as ever, and the TLS of a delivery in its own line",
            "info_log_address_format smtp_log_tls_feature_status"),
        .. Row(Visible, "rejections are sent as they are", "smtpd_reject_filter_maps"),
        .. Row(Visible, "only root and the relay's own user can look into the queue and flush it", "authorized_mailq_users authorized_flush_users"),
        .. Row(Visible, "8-bit content goes into the queue as it is", "force_mime_input_conversion"),
        .. Row(Visible, "nothing is kept of messages that are done", "dont_remove", value => value == "0"),
        .. Row(Visible, "a new log file gets the rights 0640", "maillog_file_permissions"),
        .. Row(Visible, "each instance is started by itself: bulkrelay run -c DIR", "multi_instance_directories multi_instance_wrapper"),
        .. Row(Visible, "the numbers of ports are those of the system", "known_tcp_ports"),
        .. Row(Visible, "what smtp_tls_* and smtpd_tls_* say holds alone", "tls_config_file tls_config_name"),
        .. Row(Visible, "certificates are recognized as with the default", "tls_legacy_public_key_fingerprints tls_trust_server_ccerts"),
        .. Row(Visible, "no reports on TLS are made", "smtp_tlsrpt_enable", value => value.Equals("no", StringComparison.OrdinalIgnoreCase)),
        .. Row(Visible, NoPostscreen, "postscreen_access_list postscreen_dnsbl_sites postscreen_dnsbl_action postscreen_denylist_action "
            + "postscreen_greet_action postscreen_bare_newline_enable postscreen_non_smtp_command_enable postscreen_pipelining_enable"),
    ];

    private static IEnumerable<KeyValuePair<string, UnsupportedParameter>> Row(
        UnsupportedClass what, string instead, string names, Func<string, bool>? alsoDone = null)
    {
        var parameter = new UnsupportedParameter(what, instead, alsoDone);
        return names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => KeyValuePair.Create(name, parameter));
    }
}
