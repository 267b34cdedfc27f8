namespace BulkRelay.Core.Configuration.Parameters;

/// <summary>DNS lists of clients and domains (RFC 5782).</summary>
public static class DnsListParameters
{
    public static readonly ParameterGroup Group = new("DNS lists");

    public static readonly Parameter<int> MapsRblRejectCode = Group.Int("maps_rbl_reject_code", "554",
        "The code of refusals by reject_rbl_client and reject_rhsbl_*: $rbl_code in their replies.", min: 400, max: 599);

    public static readonly Parameter<IReadOnlyList<string>> MapsRblDomains = Group.List("maps_rbl_domains", "",
        "The DNS lists that the old restriction reject_maps_rbl asks. Use reject_rbl_client instead.");

    public static readonly Parameter<string> DefaultRblReply = Group.Text("default_rbl_reply",
        "$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using $rbl_domain${rbl_reason?; $rbl_reason}",
        "The reply for what a DNS list has: $rbl_code, $rbl_class, $rbl_what, $rbl_domain, $rbl_reason (the list's own text, without "
        + "a status at its beginning), $rbl_txt (the whole text), $client, $client_name, $client_address, $client_port, "
        + "$reverse_client_name, $helo_name, $sender, $sender_name, $sender_domain, $recipient, $recipient_name, $recipient_domain, $server_name, $localtime.");

    public static readonly Parameter<string> RblReplyMaps = Group.Text("rbl_reply_maps", "",
        "Tables with a reply for a DNS list, by its name as the restriction has it (with =d.d.d.d if that is there).");
}
