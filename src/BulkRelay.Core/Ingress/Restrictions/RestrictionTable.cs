using BulkRelay.Core.Ingress.Restrictions.Checks;
using BulkRelay.Core.Ingress.Restrictions.DnsLists;
using BulkRelay.Core.Ingress.Restrictions.PolicyService;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>All restrictions: one row each. What is not here is a fault of the configuration, never ignored.</summary>
internal static class RestrictionTable
{
    private const string AddressVerification =
        "this version does not ask the server of an address whether it exists; remove it, list addresses in relay_recipient_maps";

    public static readonly IReadOnlyList<RestrictionKind> All =
    [
        new("permit", (_, _) => new Permit()) { Permits = request => request.Target },
        new("permit_mynetworks", (setup, _) => new PermitMynetworks(setup.MyNetworks, setup.Notices)) { Permits = AccessTarget.Client },
        new("permit_inet_interfaces", (setup, _) => new PermitInetInterfaces(setup)) { Permits = AccessTarget.Client },
        new("permit_sasl_authenticated", (_, _) => new PermitSaslAuthenticated()) { Permits = AccessTarget.Client },
        new("permit_tls_clientcerts", (setup, _) => new PermitTlsClientcerts(setup)) { Permits = AccessTarget.Client },
        new("permit_tls_all_clientcerts", (_, _) => new PermitTlsAllClientcerts()) { Permits = AccessTarget.Client },
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
        new("reject_unlisted_recipient", (setup, _) => new RejectUnlistedAddress(setup, EnvelopeSide.Recipient)),
        new("check_recipient_maps", (setup, _) => new RejectUnlistedAddress(setup, EnvelopeSide.Recipient)),
        new("reject_unlisted_sender", (setup, _) => new RejectUnlistedAddress(setup, EnvelopeSide.Sender)),
        new("defer_unauth_destination", (setup, _) => new DeferUnauthDestination(setup), StopsRelaying: true),
        new("permit_auth_destination", (setup, _) => new PermitAuthDestination(setup)) { Permits = AccessTarget.Recipient },
        new("permit_mx_backup", (setup, _) => new PermitMxBackup(setup)) { Permits = AccessTarget.Recipient },
        new("check_relay_domains", (setup, _) => new CheckRelayDomains(setup), StopsRelaying: true)
        {
            Warning = "is deprecated: use reject_unauth_destination instead",
        },
        new("permit_naked_ip_address", (setup, _) => new PermitNakedIpAddress(setup))
        {
            Warning = "is deprecated: use permit_mynetworks or permit_sasl_authenticated instead",
            Permits = AccessTarget.Client,
        },
        new("reject_unknown_client_hostname", (setup, _) => new RejectUnknownClientHostname(setup)),
        new("reject_unknown_client", (setup, _) => new RejectUnknownClientHostname(setup)),
        new("reject_unknown_reverse_client_hostname", (setup, _) => new RejectUnknownReverseClientHostname(setup)),
        new("reject_invalid_helo_hostname", (setup, _) => new RejectInvalidHeloHostname(setup)),
        new("reject_invalid_hostname", (setup, _) => new RejectInvalidHeloHostname(setup)),
        new("reject_non_fqdn_helo_hostname", (setup, _) => new RejectNonFqdnHeloHostname(setup)),
        new("reject_non_fqdn_hostname", (setup, _) => new RejectNonFqdnHeloHostname(setup)),
        new("reject_unknown_helo_hostname", (setup, _) => new RejectUnknownHeloHostname(setup)),
        new("reject_unknown_hostname", (setup, _) => new RejectUnknownHeloHostname(setup)),
        new("reject_non_fqdn_sender", (setup, _) => new RejectNonFqdnAddress(setup, EnvelopeSide.Sender)),
        new("reject_non_fqdn_recipient", (setup, _) => new RejectNonFqdnAddress(setup, EnvelopeSide.Recipient)),
        new("reject_unknown_sender_domain", (setup, _) => new RejectUnknownDomain(setup, EnvelopeSide.Sender)),
        new("reject_unknown_address", (setup, _) => new RejectUnknownDomain(setup, EnvelopeSide.Sender)),
        new("reject_unknown_recipient_domain", (setup, _) => new RejectUnknownDomain(setup, EnvelopeSide.Recipient)),
        new("reject_unauth_pipelining", (_, _) => new RejectUnauthPipelining()),
        new("reject_multi_recipient_bounce", (setup, _) => new RejectMultiRecipientBounce(setup)),
        new("reject_plaintext_session", (setup, _) => new RejectPlaintextSession(setup)),
        DnsListKinds.Rejecting("reject_rbl_client", (list, reply) => new RejectRblClient([list], reply)),
        new("reject_maps_rbl", (setup, _) => DnsListKinds.MapsRbl(setup)) { Warning = "is deprecated: use reject_rbl_client domain instead" },
        DnsListKinds.Rhsbl("reject_rhsbl_client", RejectRhsbl.Client),
        DnsListKinds.Rhsbl("reject_rhsbl_reverse_client", RejectRhsbl.ReverseClient),
        DnsListKinds.Rhsbl("reject_rhsbl_helo", RejectRhsbl.Helo),
        DnsListKinds.Rhsbl("reject_rhsbl_sender", RejectRhsbl.Sender),
        DnsListKinds.Rhsbl("reject_rhsbl_recipient", RejectRhsbl.Recipient),
        DnsListKinds.Permitting("permit_dnswl_client", byName: false),
        DnsListKinds.Permitting("permit_rhswl_client", byName: true),
        CheckPolicyService.Kind,
        RestrictionKind.Absent("reject_unverified_sender", AddressVerification),
        RestrictionKind.Absent("reject_unverified_recipient", AddressVerification),
        RestrictionKind.WithTable("check_client_access", table => new CheckClientAccess(table)),
        RestrictionKind.WithTable(CheckReverseClientHostnameAccess.Name, table => new CheckReverseClientHostnameAccess(table)),
        RestrictionKind.WithTable("check_helo_access", table => new CheckHeloAccess(table)),
        RestrictionKind.WithTable("check_sender_access", table => new CheckSenderAccess(table)),
        RestrictionKind.WithTable("check_recipient_access", table => new CheckRecipientAccess(table)),
        RestrictionKind.WithTable("check_etrn_access", table => new CheckEtrnAccess(table)),
        RestrictionKind.WithTable("check_sasl_access", table => new CheckSaslAccess(table)),
        .. ServerAccessKinds.All,
    ];

    /// <summary>The restriction of that name, or null.</summary>
    public static RestrictionKind? Find(string name) => All.FirstOrDefault(k => k.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
