using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>reject_unauth_destination</c>: refuses recipients that strangers may not send to, with <c>relay_domains_reject_code</c>.
/// </summary>
internal sealed class RejectUnauthDestination(RestrictionSetup setup) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(SmtpdParameters.RelayDomainsRejectCode);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Recipient is null) return Verdict.Dunno;
        var match = await AuthDestination.MatchAsync(setup, request, cancel);
        if (match.Failure is { } failure) return Verdict.Unavailable(failure, AccessTarget.Recipient(request).Name);
        return match.IsMatch ? Verdict.Dunno
            : Verdict.Refuse(RestrictionSetup.Reply(_code, "5.7.1", $"<{request.RecipientAsGiven.ToUnquoted()}>: Relay access denied"));
    }
}
