using BulkRelay.Core.Configuration.Matching;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>permit_mynetworks</c>: permits clients in <c>mynetworks</c>. If a table of the list cannot answer, nobody is let through on that
/// ground.
/// </summary>
internal sealed class PermitMynetworks(AddressMatchList networks, CompatibilityNotices notices) : IRestriction
{
    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        request.InMyNetworks is { } known && !notices.Networks ? ValueTask.FromResult(ToVerdict(known)) : AskAsync(request, cancel);

    private async ValueTask<Verdict> AskAsync(AccessRequest request, CancellationToken cancel)
    {
        var match = await networks.MatchAsync(request.Client.Name, request.Client.Address, cancel);
        if (match.Failure is null) request.InMyNetworks = match;
        if (match.IsMatch) await notices.PermittedAsync(request, cancel);
        return ToVerdict(match);
    }

    private static Verdict ToVerdict(MatchResult match) =>
        match.Failure is { } failure ? Verdict.Unavailable(failure) : match.IsMatch ? Verdict.Permit : Verdict.Dunno;
}
