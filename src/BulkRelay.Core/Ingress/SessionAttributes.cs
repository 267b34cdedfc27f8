using System.Globalization;

namespace BulkRelay.Core.Ingress;

/// <summary>
/// What texts for the client may say about the session, by name: <c>$client_address</c> (postconf(5), smtpd_reject_footer and
/// default_rbl_reply).
/// </summary>
/// <param name="request">The session so far.</param>
/// <param name="hostname">The name of this server.</param>
internal sealed class SessionAttributes(AccessRequest request, string hostname)
{
    /// <summary>The value of an attribute; null if there is none of that name.</summary>
    public string? Find(string name) => name switch
    {
        "client" => request.Client.NameAndAddress,
        "client_address" => request.Client.AddressText,
        "client_name" => request.Client.Name,
        "client_port" => request.Client.Port > 0 ? request.Client.Port.ToString(CultureInfo.InvariantCulture) : "unknown",
        "reverse_client_name" => request.Client.ReverseName,
        "helo_name" => request.HeloName,
        "sender" => request.Sender is null ? "" : request.Sender.Length == 0 ? "<>" : request.Sender,
        "sender_name" => NameOf(request.Sender),
        "sender_domain" => DomainOf(request.Sender),
        "recipient" => request.Recipient?.Text ?? "",
        "recipient_name" => NameOf(request.Recipient?.Text),
        "recipient_domain" => DomainOf(request.Recipient?.Text),
        "sasl_username" => request.Sasl?.Login ?? "",
        "sasl_method" => request.Sasl?.Method ?? "",
        "protocol_name" => request.Protocol,
        "server_name" => hostname,
        "localtime" => TimeZoneInfo.ConvertTime(request.Time.GetUtcNow(), request.Time.LocalTimeZone).ToString("MMM dd HH:mm:ss", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string NameOf(string? address) => address?.LastIndexOf('@') is >= 0 and var at ? address[..at] : address ?? "";

    private static string DomainOf(string? address) => address?.LastIndexOf('@') is >= 0 and var at ? address[(at + 1)..] : "";
}
