using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>check_relay_domains</c> (old): permits recipients that anyone may send to and refuses all others, with
/// <c>relay_domains_reject_code</c>. Postfix permits clients whose name is in <c>relay_domains</c> as well; here a name that DNS gives
/// does not make a client one that may relay.
/// </summary>
internal sealed class CheckRelayDomains(RestrictionSetup setup) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(SmtpdParameters.RelayDomainsRejectCode);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Recipient is null) return Verdict.Dunno;
        var match = await AuthDestination.MatchAsync(setup, request, cancel);
        if (match.Failure is { } failure) return Verdict.Unavailable(failure, AccessTarget.Recipient(request).Name);
        return match.IsMatch ? Verdict.Permit
            : Verdict.Refuse(RestrictionSetup.Reply(_code, "5.7.1", $"{AccessTarget.Recipient(request)} rejected: Relay access denied"));
    }
}
