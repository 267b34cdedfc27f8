namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary><c>permit_auth_destination</c>: permits recipients that anyone may send to.</summary>
internal sealed class PermitAuthDestination(RestrictionSetup setup) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Recipient is null) return Verdict.Dunno;
        var match = await AuthDestination.MatchAsync(setup, request, cancel);
        if (match.Failure is { } failure) return Verdict.Unavailable(failure, AccessTarget.Recipient(request).Name);
        return match.IsMatch ? Verdict.Permit : Verdict.Dunno;
    }
}
