namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>All restrictions: one row each. What is not here is a fault of the configuration, never ignored.</summary>
internal static class RestrictionTable
{
    public static readonly IReadOnlyList<RestrictionKind> All =
    [
        new("permit", false, _ => new Permit()),
        new("permit_mynetworks", false, setup => new PermitMynetworks(setup.MyNetworks)),
        new("permit_inet_interfaces", false, _ => new PermitInetInterfaces()),
        new("permit_sasl_authenticated", false, _ => new PermitSaslAuthenticated()),
        new("reject", true, setup => new Reject(setup)),
        new("defer", true, setup => new Defer(setup)),
        new("reject_unauth_destination", true, setup => new RejectUnauthDestination(setup)),
        new("reject_unlisted_recipient", false, setup => new RejectUnlistedRecipient(setup)),
        new("defer_unauth_destination", true, setup => new DeferUnauthDestination(setup)),
    ];

    /// <summary>The restriction of that name, or null.</summary>
    public static RestrictionKind? Find(string name) => All.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
