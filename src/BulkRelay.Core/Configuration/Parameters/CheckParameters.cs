namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>The single checks of restriction lists: their reply codes, and what they do when DNS does not answer.</summary>
public static class CheckParameters
{
    private const string TempfailDefault = "$reject_tempfail_action";

    private static readonly IReadOnlyDictionary<string, TempfailAction> TempfailWords = new Dictionary<string, TempfailAction>
    {
        ["defer_if_permit"] = TempfailAction.DeferIfPermit,
        ["defer"] = TempfailAction.Defer,
    };

    public static readonly ParameterGroup Group = new("SMTP server: checks");

    public static readonly Parameter<int> UnknownClientRejectCode = Code("unknown_client_reject_code", "450",
        "reject_unknown_client_hostname and reject_unknown_reverse_client_hostname; 450 where DNS gave no answer");

    public static readonly Parameter<int> UnknownHostnameRejectCode = Code("unknown_hostname_reject_code", "450",
        "reject_unknown_helo_hostname; 450 where DNS gave no answer");

    public static readonly Parameter<int> UnknownAddressRejectCode = Code("unknown_address_reject_code", "450",
        "reject_unknown_sender_domain and reject_unknown_recipient_domain; 450 where DNS gave no answer");

    public static readonly Parameter<int> InvalidHostnameRejectCode = Code("invalid_hostname_reject_code", "501",
        "reject_invalid_helo_hostname, and of address literals in HELO that are none");

    public static readonly Parameter<int> NonFqdnRejectCode = Code("non_fqdn_reject_code", "504",
        "reject_non_fqdn_helo_hostname, reject_non_fqdn_sender and reject_non_fqdn_recipient");

    public static readonly Parameter<int> MultiRecipientBounceRejectCode = Code("multi_recipient_bounce_reject_code", "550",
        "reject_multi_recipient_bounce");

    public static readonly Parameter<int> PlaintextRejectCode = Code("plaintext_reject_code", "450", "reject_plaintext_session");

    public static readonly Parameter<TempfailAction> RejectTempfailAction = Tempfail("reject_tempfail_action", "defer_if_permit",
        "What a check does that could not find out what it had to: refuse for now unless something refuses for good, or at once.");

    public static readonly Parameter<TempfailAction> UnknownAddressTempfailAction = Tempfail(
        "unknown_address_tempfail_action", TempfailDefault,
        "What reject_unknown_sender_domain and reject_unknown_recipient_domain do when DNS gives no answer.");

    public static readonly Parameter<TempfailAction> UnknownHeloHostnameTempfailAction = Tempfail(
        "unknown_helo_hostname_tempfail_action", TempfailDefault, "What reject_unknown_helo_hostname does when DNS gives no answer.");

    public static readonly Parameter<bool> RejectUnlistedSender = Group.Bool("smtpd_reject_unlisted_sender", "no",
        "Whether to refuse senders whose mail could only be returned (error:, retry:, not in local_recipient_maps or relay_recipient_maps), "
        + "also without reject_unlisted_sender.");

    public static readonly Parameter<bool> ShowUserUnknownTableName = Group.Bool("show_user_unknown_table_name", "yes",
        "Whether the refusal of an unknown address names the kind of table that does not know it.");

    public static readonly Parameter<string> PermitMxBackupNetworks = Group.Text("permit_mx_backup_networks", "",
        "The networks in which all primary mail hosts of a domain must be for permit_mx_backup; empty: they may be anywhere. "
        + "Addresses, networks, [IPv6]/n, names, /file, type:table; ! excludes.");

    private static Parameter<int> Code(string name, string code, string whose) =>
        Group.Int(name, code, $"The code of refusals by {whose}.", min: 400, max: 599);

    private static Parameter<TempfailAction> Tempfail(string name, string action, string doc) =>
        Group.Choice(name, action, doc, TempfailWords);
}
