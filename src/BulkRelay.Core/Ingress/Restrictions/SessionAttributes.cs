using System.Collections.Frozen;
using System.Globalization;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// What the operator's reply texts can say about a session: <c>$client_address</c>, <c>$sender</c> … (postconf(5),
/// <c>default_rbl_reply</c>, <c>smtpd_reject_footer</c>). What is not known yet is empty.
/// </summary>
internal static class SessionAttributes
{
    private static readonly FrozenDictionary<string, Func<AccessRequest, ConfigSnapshot, string>> ByName =
        new Dictionary<string, Func<AccessRequest, ConfigSnapshot, string>>
        {
            ["client"] = (r, _) => r.Client.NameAndAddress,
            ["client_address"] = (r, _) => r.Client.AddressText,
            ["client_name"] = (r, _) => r.Client.Name,
            ["client_port"] = (r, _) => r.Client.Port.ToString(CultureInfo.InvariantCulture),
            ["reverse_client_name"] = (r, _) => r.Client.ReverseName,
            ["helo_name"] = (r, _) => r.HeloName,
            ["sender"] = (r, _) => Whole(EnvelopeSide.Sender.Given(r)),
            ["sender_name"] = (r, _) => LocalPart(EnvelopeSide.Sender.Given(r)),
            ["sender_domain"] = (r, _) => Domain(EnvelopeSide.Sender.Given(r)),
            ["recipient"] = (r, _) => Whole(EnvelopeSide.Recipient.Given(r)),
            ["recipient_name"] = (r, _) => LocalPart(EnvelopeSide.Recipient.Given(r)),
            ["recipient_domain"] = (r, _) => Domain(EnvelopeSide.Recipient.Given(r)),
            ["server_name"] = (_, snapshot) => snapshot.Get(MainParameters.MyHostname),
            ["localtime"] = (r, _) => r.Time.GetLocalNow().ToString("MMM dd HH:mm:ss", CultureInfo.InvariantCulture),
        }.ToFrozenDictionary();

    /// <summary>Whether there is an attribute of that name.</summary>
    public static bool Has(string name) => ByName.ContainsKey(name);

    /// <summary>The value of an attribute; null if there is none of that name.</summary>
    public static string? Find(string name, AccessRequest request, ConfigSnapshot snapshot) =>
        ByName.GetValueOrDefault(name)?.Invoke(request, snapshot);

    private static string Whole(EmailAddress? address) => address?.ToUnquoted() ?? "";

    private static string LocalPart(EmailAddress? address) =>
        address is { } a ? a.ToUnquoted()[..^(a.Domain.IsEmpty ? 0 : a.Domain.Length + 1)] : "";

    private static string Domain(EmailAddress? address) => address is { } a ? a.Domain.ToString() : "";
}
