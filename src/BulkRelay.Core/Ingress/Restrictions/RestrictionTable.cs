namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>All restrictions: one row each. What is not here is a fault of the configuration, never ignored.</summary>
internal static class RestrictionTable
{
    public static readonly IReadOnlyList<RestrictionKind> All =
    [
        new("permit", (_, _) => new Permit()),
        new("permit_mynetworks", (setup, _) => new PermitMynetworks(setup.MyNetworks)),
        new("permit_inet_interfaces", (_, _) => new PermitInetInterfaces()),
        new("permit_sasl_authenticated", (_, _) => new PermitSaslAuthenticated()),
        new("permit_tls_clientcerts", (setup, _) => new PermitTlsClientcerts(setup)),
        new("permit_tls_all_clientcerts", (_, _) => new PermitTlsAllClientcerts()),
        CheckCcertAccess.Kind,
        new("reject_sender_login_mismatch", (setup, _) => new RejectSenderLoginMismatch(setup, signedIn: true, notSignedIn: true, allowsUnknown: false)),
        new("reject_authenticated_sender_login_mismatch", (setup, _) => new RejectSenderLoginMismatch(setup, signedIn: true, notSignedIn: false, allowsUnknown: false)),
        new("reject_unauthenticated_sender_login_mismatch", (setup, _) => new RejectSenderLoginMismatch(setup, signedIn: false, notSignedIn: true, allowsUnknown: false)),
        new("reject_known_sender_login_mismatch", (setup, _) => new RejectSenderLoginMismatch(setup, signedIn: true, notSignedIn: true, allowsUnknown: true)),
        new("reject", (setup, _) => new Reject(setup), StopsRelaying: true),
        new("defer", (setup, _) => new Defer(setup), StopsRelaying: true),
        new("defer_if_permit", (_, _) => new DeferIf("defer_if_permit", permit: true)),
        new("defer_if_reject", (_, _) => new DeferIf("defer_if_reject", permit: false)),
        Sleep.Kind,
        new("reject_unauth_destination", (setup, _) => new RejectUnauthDestination(setup), StopsRelaying: true),
        new("reject_unlisted_recipient", (setup, _) => new RejectUnlistedRecipient(setup)),
        new("defer_unauth_destination", (setup, _) => new DeferUnauthDestination(setup), StopsRelaying: true),
        RestrictionKind.WithTable("check_client_access", table => new CheckClientAccess(table)),
        RestrictionKind.WithTable("check_helo_access", table => new CheckHeloAccess(table)),
        RestrictionKind.WithTable("check_sender_access", table => new CheckSenderAccess(table)),
        RestrictionKind.WithTable("check_recipient_access", table => new CheckRecipientAccess(table)),
        RestrictionKind.WithTable("check_etrn_access", table => new CheckEtrnAccess(table)),
        RestrictionKind.WithTable("check_sasl_access", table => new CheckSaslAccess(table)),
    ];

    /// <summary>The restriction of that name, or null.</summary>
    public static RestrictionKind? Find(string name) => All.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
