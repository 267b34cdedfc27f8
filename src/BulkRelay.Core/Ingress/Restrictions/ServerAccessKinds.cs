using BulkRelay.Core.Dns;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>The fifteen restrictions of <see cref="CheckServerAccess"/>: by whose servers, and by which.</summary>
internal static class ServerAccessKinds
{
    private static readonly (string Whose, Func<AccessRequest, (string Domain, AccessTarget Target)?> Subject)[] Subjects =
    [
        ("client", r => Known(r.Client.Name) ? (r.Client.Name, AccessTarget.Client(r)) : null),
        ("reverse_client_hostname",
            r => Known(r.Client.ReverseName) ? (r.Client.ReverseName, new AccessTarget(r.Client.ReverseName, AccessTarget.ReverseClientClass)) : null),
        ("helo", r => (r.HeloName, AccessTarget.Helo(r))),
        ("sender", r => (DomainOf(r.Sender), AccessTarget.Sender(r))),
        ("recipient", r => (DomainOf(r.Recipient?.Text), AccessTarget.Recipient(r))),
    ];

    private static readonly (string Which, DnsType Type)[] Types = [("a", DnsType.A), ("mx", DnsType.MX), ("ns", DnsType.NS)];

    /// <summary>A row for each.</summary>
    public static IEnumerable<RestrictionKind> All =>
        from subject in Subjects
        from type in Types
        let name = $"check_{subject.Whose}_{type.Which}_access"
        select RestrictionKind.WithTable(name, table => new CheckServerAccess(name, table, subject.Subject, type.Type));

    private static bool Known(string name) => name != Client.UnknownName;

    private static string DomainOf(string? address) => EmailAddress.TryParse(address ?? "", out var parsed) ? parsed.Domain.ToString() : "";
}
