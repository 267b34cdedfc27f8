namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>defer_unauth_destination</c>: as <see cref="RejectUnauthDestination"/>, but for now only: 454 4.7.1.</summary>
internal sealed class DeferUnauthDestination(RestrictionSetup setup) : IRestriction
{
    private const int Code = 454;

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Recipient is null) return Verdict.Dunno;
        var match = await AuthDestination.MatchAsync(setup, request, cancel);
        if (match.Failure is { } failure) return Verdict.Unavailable(failure, AccessTarget.Recipient(request).Name);
        return match.IsMatch ? Verdict.Dunno
            : Verdict.Refuse(RestrictionSetup.Reply(Code, "4.7.1", $"<{request.RecipientAsGiven.ToUnquoted()}>: Relay access denied"));
    }
}
