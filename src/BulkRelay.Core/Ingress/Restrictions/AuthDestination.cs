using BulkRelay.Core.Configuration.Matching;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// Whether a recipient is one that anyone may send to: in <c>mydestination</c> or <c>relay_domains</c>, and without a further hop in its
/// local part (<c>resolve_dequoted_address = yes</c>, <c>allow_untrusted_routing = no</c>).
/// </summary>
internal static class AuthDestination
{
    public static async ValueTask<MatchResult> MatchAsync(RestrictionSetup setup, AccessRequest request, CancellationToken cancel)
    {
        if (request.Recipient is not { } recipient || recipient.HasSenderRoute || recipient.Domain.IsEmpty) return MatchResult.No;
        var domain = recipient.Domain.ToString();
        var mine = await setup.MyDestination.MatchAsync(domain, cancel);
        if (mine.IsMatch || mine.Failure is not null) return mine;
        var relayed = await setup.RelayDomains.MatchAsync(domain, cancel);
        if (relayed.IsMatch) setup.Notices.RelayDomain(request, domain);
        return relayed;
    }
}
