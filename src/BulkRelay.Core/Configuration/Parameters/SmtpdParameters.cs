using BulkRelay.Smtp;

namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>The SMTP server: what it says, what it allows, and its limits.</summary>
public static class SmtpdParameters
{
    public static readonly ParameterGroup Group = new("SMTP server");

    public static readonly Parameter<string> InetInterfaces = Group.Text("inet_interfaces", "all",
        "The local addresses on which services without a host listen: all, loopback-only, or a list of names and addresses.");

    public static readonly Parameter<string> Stress = Group.Text("stress", "",
        "Not empty while the server is overloaded; the defaults of time-outs and limits depend on it. It becomes yes by itself for a service "
        + "whose process limit is reached, unless it is set here or in master.cf.");

    public static readonly Parameter<string> Banner = Group.Text("smtpd_banner", "$myhostname ESMTP $mail_name",
        "The text after 220. It must begin with the host name.");

    public static readonly Parameter<TimeSpan> Timeout = Group.Time("smtpd_timeout", "${stress?{10}:{300}}s",
        "The longest wait for a client to send something, or to take a reply.", min: TimeSpan.FromSeconds(1));

    public static readonly Parameter<bool> PerRequestDeadline = Group.Bool("smtpd_per_request_deadline",
        "${smtpd_per_record_deadline?{$smtpd_per_record_deadline}:{${stress?{yes}:{no}}}}",
        "Whether smtpd_timeout limits a whole request and a whole reply, and not each wait for a part of it.");

    public static readonly Parameter<int> MinDataRate = Group.Int("smtpd_min_data_rate", "500",
        "The octets per second that a client must send where smtpd_per_request_deadline is on.", min: 1);

    public static readonly Parameter<int> SoftErrorLimit = Group.Int("smtpd_soft_error_limit", "10",
        "The errors without delivered mail after which each reply is delayed by smtpd_error_sleep_time.", min: 1);

    public static readonly Parameter<int> HardErrorLimit = Group.Int("smtpd_hard_error_limit", "${stress?{1}:{20}}",
        "The errors without delivered mail after which the server hangs up.", min: 1);

    public static readonly Parameter<TimeSpan> ErrorSleepTime = Group.Time("smtpd_error_sleep_time", "1s",
        "How long each reply is delayed after smtpd_soft_error_limit errors.");

    public static readonly Parameter<int> JunkCommandLimit = Group.Int("smtpd_junk_command_limit", "${stress?{1}:{100}}",
        "The commands without effect (NOOP, VRFY, RSET, HELO, EHLO) between messages after which each counts as an error.", min: 1);

    public static readonly Parameter<int> HistoryFlushThreshold = Group.Int("smtpd_history_flush_threshold", "100",
        "The commands and replies in the transcript of a session (notify_classes) after which it is sent or dropped between two messages.", min: 1);

    public static readonly Parameter<int> RecipientLimit = Group.Int("smtpd_recipient_limit", "1000",
        "The most recipients of one message; further ones get 452 4.5.3. RFC 5321 wants 100 at least.", min: 1);

    public static readonly Parameter<int> RecipientOvershootLimit = Group.Int("smtpd_recipient_overshoot_limit", "1000",
        "The recipients beyond smtpd_recipient_limit after which each counts as an error.", min: 1);

    public static readonly Parameter<string> AuthorizedVerpClients = Group.Text("smtpd_authorized_verp_clients", "$authorized_verp_clients",
        "The clients that may ask for VERP (XVERP): addresses, networks, [IPv6]/n, names, /file, type:table; ! excludes.");

    public static readonly Parameter<BareNewline> ForbidBareNewline = Group.Choice("smtpd_forbid_bare_newline", "normalize",
        "What lines that end in LF without CR mean. All values but no accept nothing but CR LF . CR LF as the end of a message.",
        new Dictionary<string, BareNewline>
        {
            ["normalize"] = BareNewline.Normalize,
            ["yes"] = BareNewline.Normalize,
            ["note"] = BareNewline.Note,
            ["reject"] = BareNewline.Reject,
            ["no"] = BareNewline.Allow,
        });

    public static readonly Parameter<string> ForbidBareNewlineExclusions = Group.Text(
        "smtpd_forbid_bare_newline_exclusions", "$mynetworks",
        "The clients whose bare LF is normalised where it is rejected for others. Unlike with Postfix, their messages too end at "
        + "CR LF . CR LF only: text that an application passes on must not smuggle envelopes. "
        + "Set smtpd_forbid_bare_newline = no to give that up.");

    public static readonly Parameter<int> ForbidBareNewlineRejectCode = Group.Int("smtpd_forbid_bare_newline_reject_code", "550",
        "The code of the refusal of a bare LF.", min: 500, max: 599);

    public static readonly Parameter<bool> ForbidUnauthPipelining = Group.Bool("smtpd_forbid_unauth_pipelining", "yes",
        "Whether to hang up on clients that send on without waiting where they must wait (RFC 2920).");

    public static readonly Parameter<string> ForbiddenCommands = Group.Text(
        "smtpd_forbidden_commands", "CONNECT GET POST regexp:{{/^[^A-Z]/ Bogus}}",
        "Commands that end the session with 221; so do lines that look like a message header. Words and tables.");

    public static readonly Parameter<IReadOnlyList<string>> DiscardEhloKeywords = Group.List("smtpd_discard_ehlo_keywords", "",
        "Extensions that EHLO does not offer, in any case; silent-discard keeps that out of the log.");

    public static readonly Parameter<string> DiscardEhloKeywordAddressMaps = Group.Text("smtpd_discard_ehlo_keyword_address_maps", "",
        "Tables from a client's address to the extensions that EHLO does not offer it, in place of smtpd_discard_ehlo_keywords.");

    public static readonly Parameter<string> LogAccessPermitActions = Group.Text("smtpd_log_access_permit_actions", "",
        "The restrictions, and actions of access tables, that are logged when they permit; static:all for all. Words and tables.");

    public static readonly Parameter<string> NoopCommands = Group.Text("smtpd_noop_commands", "",
        "Commands that are answered with 250 and do nothing. Words and tables.");

    public static readonly Parameter<string> CommandFilter = Group.Text("smtpd_command_filter", "",
        "A table from a command line, as the client sent it, to the line that is carried out instead.");

    public static readonly Parameter<bool> DelayOpenUntilValidRcpt = Group.Bool("smtpd_delay_open_until_valid_rcpt", "yes",
        "Whether a message gets its name (its queue id) with the first recipient that is accepted, and not with MAIL already.");

    public static readonly Parameter<bool> HeloRequired = Group.Bool("smtpd_helo_required", "no",
        "Whether MAIL needs HELO or EHLO before it.");

    public static readonly Parameter<bool> PeernameLookup = Group.Bool("smtpd_peername_lookup", "yes",
        "Whether the client's name is looked up and verified; otherwise it is unknown.");

    public static readonly Parameter<bool> DisableVrfyCommand = Group.Bool("disable_vrfy_command", "no",
        "Whether VRFY is refused.");

    public static readonly Parameter<bool> SmtpUtf8Enable = Group.Bool("smtputf8_enable", "${{$compatibility_level} <level {1} ? {no} : {yes}}",
        "Whether SMTPUTF8 is offered (RFC 6531), and whether commands have to be UTF-8. Without it replies are ASCII.");

    public static readonly Parameter<bool> StrictSmtpUtf8 = Group.Bool("strict_smtputf8", "no",
        "Whether addresses with local parts beyond ASCII are refused in transactions that do not ask for SMTPUTF8.");

    public static readonly Parameter<bool> StrictRfc821Envelopes = Group.Bool("strict_rfc821_envelopes", "no",
        "Whether MAIL and RCPT take nothing but an address between angle brackets. Otherwise names before the brackets, comments and missing "
        + "brackets are let pass.");

    public static readonly Parameter<bool> DelayReject = Group.Bool("smtpd_delay_reject", "yes",
        "Whether the restrictions on client, HELO and sender wait for RCPT or ETRN, so that a refusal is logged with sender and recipient.");

    public static readonly Parameter<string> ClientRestrictions = Group.Text("smtpd_client_restrictions", "",
        "Restrictions on the client, applied at RCPT, or as it connects with smtpd_delay_reject = no.");

    public static readonly Parameter<string> HeloRestrictions = Group.Text("smtpd_helo_restrictions", "",
        "Restrictions on the name in HELO, applied at RCPT, or at HELO with smtpd_delay_reject = no.");

    public static readonly Parameter<string> SenderRestrictions = Group.Text("smtpd_sender_restrictions", "",
        "Restrictions on the sender, applied at RCPT, or at MAIL with smtpd_delay_reject = no.");

    public static readonly Parameter<string> RelayRestrictions = Group.Text("smtpd_relay_restrictions",
        "${{$compatibility_level} <level {1} ? {} : {permit_mynetworks, permit_sasl_authenticated, reject_unauth_destination}}",
        "Who may send through this relay to where. Postfix defers by default what this relay rejects: defer_unauth_destination eases "
        + "the upgrade from configurations before Postfix 2.10.");

    public static readonly Parameter<string> RecipientRestrictions = Group.Text("smtpd_recipient_restrictions", "",
        "Further restrictions on the recipient, applied after smtpd_relay_restrictions.");

    public static readonly Parameter<bool> RelayBeforeRecipientRestrictions = Group.Bool("smtpd_relay_before_recipient_restrictions",
        "${{$compatibility_level} <level {3.6} ? {no} : {yes}}",
        "Whether smtpd_relay_restrictions are applied before smtpd_recipient_restrictions, or after them.");

    public static readonly Parameter<string> EtrnRestrictions = Group.Text("smtpd_etrn_restrictions", "",
        "Restrictions on the argument of ETRN.");

    public static readonly Parameter<string> FastFlushDomains = Group.Text("fast_flush_domains", "$relay_domains",
        "The domains whose mail clients may have delivered at once (ETRN).");

    public static readonly Parameter<IReadOnlyList<string>> RestrictionClasses = Group.List("smtpd_restriction_classes", "",
        "Names that stand for lists of restrictions; each is a parameter of that name whose value is the list. For access tables, too.");

    public static readonly Parameter<string> NullAccessLookupKey = Group.Text("smtpd_null_access_lookup_key", "<>",
        "What access tables are asked for instead of the null sender.");

    public static readonly Parameter<int> AccessMapRejectCode = Group.Int("access_map_reject_code", "554",
        "The code of REJECT in access tables.", min: 400, max: 599);

    public static readonly Parameter<int> AccessMapDeferCode = Group.Int("access_map_defer_code", "450",
        "The code of DEFER, DEFER_IF_PERMIT and DEFER_IF_REJECT in access tables.", min: 400, max: 499);

    public static readonly Parameter<string> RejectFooter = Group.Text("smtpd_reject_footer", "",
        "Text behind each 4xx and 5xx reply, with $client_address, $server_name, $localtime and the like; \\n begins a line, and \\c in front "
        + "puts it on the line of the reply. It is not logged.");

    public static readonly Parameter<string> RejectFooterMaps = Group.Text("smtpd_reject_footer_maps", "",
        "Tables of footers by the whole text of a reply; smtpd_reject_footer is for those that they do not know.");

    public static readonly Parameter<string> ExpansionFilter = Group.Text("smtpd_expansion_filter",
        "\\t\\40!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\\\]^_`abcdefghijklmnopqrstuvwxyz{|}~",
        "The characters that attributes may have in texts such as smtpd_reject_footer; others come out as _.");

    public static readonly Parameter<string> DataRestrictions = Group.Text("smtpd_data_restrictions", "",
        "Restrictions applied at DATA.");

    public static readonly Parameter<string> EndOfDataRestrictions = Group.Text("smtpd_end_of_data_restrictions", "",
        "Restrictions applied when the whole message has come.");

    public static readonly Parameter<int> RejectCode = Group.Int("reject_code", "554",
        "The code of the restriction reject.", min: 400, max: 599);

    public static readonly Parameter<int> RelayDomainsRejectCode = Group.Int("relay_domains_reject_code", "554",
        "The code of the restriction reject_unauth_destination.", min: 400, max: 599);

    public static readonly Parameter<bool> RejectUnlistedRecipient = Group.Bool("smtpd_reject_unlisted_recipient", "yes",
        "Whether to refuse recipients whose mail could only be returned (error:, retry:, not in local_recipient_maps or "
        + "relay_recipient_maps), also without reject_unlisted_recipient.");

    public static readonly Parameter<int> UnknownLocalRecipientRejectCode = Group.Int("unknown_local_recipient_reject_code", "550",
        "The code of the refusal of a recipient in mydestination that local_recipient_maps do not know.", min: 400, max: 599);

    public static readonly Parameter<int> UnknownRelayRecipientRejectCode = Group.Int("unknown_relay_recipient_reject_code", "550",
        "The code of the refusal of a recipient that relay_recipient_maps do not know.", min: 400, max: 599);

    public static readonly Parameter<int> DeferCode = Group.Int("defer_code", "450",
        "The code of the restriction defer.", min: 400, max: 499);

    public static readonly Parameter<long> ContentMemoryLimit = Group.Size("smtpd_content_memory_limit", "134217728",
        "The most memory that messages take while they are being received, over all sessions; DATA finds 452 4.3.1 beyond it. One message "
        + "of up to message_size_limit at a time has its memory beside it. Mail of programs on this machine has a quarter as much beside "
        + "it, and at least enough for one message.",
        min: 1_048_576, own: true);

    public static readonly Parameter<TimeSpan> StopTimeLimit = Group.Time("smtpd_stop_time_limit", "20s",
        "How long transactions that are under way may go on when the relay stops; idle sessions end at once with 421 4.3.2.", own: true);
}
