using System.Globalization;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Dns;
using BulkRelay.Core.Dns.Records;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>reject_unknown_sender_domain</c> and <c>reject_unknown_recipient_domain</c>: refuse addresses whose domain has neither MX record nor
/// address, with <c>unknown_address_reject_code</c>, or that takes no mail (RFC 7505). If DNS does not answer,
/// <c>unknown_address_tempfail_action</c> says what happens. Domains whose mail ends here pass.
/// </summary>
internal sealed class RejectUnknownDomain(RestrictionSetup setup, EnvelopeSide side) : IRestriction
{
    private readonly TempfailVerdict _tempfail = new(setup.Snapshot.Get(CheckParameters.UnknownAddressTempfailAction));
    private readonly int _code = setup.Snapshot.Get(CheckParameters.UnknownAddressRejectCode);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (side.Complete(request) is not { } address || address.Domain is [] or ['[', .., ']']) return Verdict.Dunno;
        var domain = address.Domain.ToString();
        var mine = await setup.MyDestination.MatchAsync(domain, cancel);
        if (mine.Failure is { } failure) return Verdict.Unavailable(failure, side.TargetOf(request).Name);
        if (mine.IsMatch) return Verdict.Dunno;
        return Judge(request, domain, await request.Dns.QueryAnyAsync(domain, [DnsType.MX, .. request.Dns.AddressTypes], cancel));
    }

    private Verdict Judge(AccessRequest request, string domain, DnsAnswer answer)
    {
        if (answer.Records.Any(r => r is MxRecord { IsNull: true })) return Verdict.Refuse(new(NullMxText(request, domain)));
        var text = $"{side.TargetOf(request)} rejected: Domain not found";
        return answer.Status switch
        {
            DnsStatus.Found => Verdict.Dunno,
            DnsStatus.Temporary => _tempfail.Say(side.UnknownDomainStatus, text),
            _ => Verdict.Refuse(RestrictionSetup.Reply(_code, side.UnknownDomainStatus, text)),
        };
    }

    /// <summary>The reply of RFC 7505 section 4.2 and 4.3.</summary>
    private string NullMxText(AccessRequest request, string domain) => string.Create(CultureInfo.InvariantCulture,
        $"{(side == EnvelopeSide.Sender ? "550 5.7.27" : "556 5.1.10")} {side.TargetOf(request)} rejected: "
        + $"Domain {domain} does not accept mail (nullMX)");
}
