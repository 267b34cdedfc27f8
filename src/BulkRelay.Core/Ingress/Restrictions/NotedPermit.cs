namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>A restriction that is told of when it permits.</summary>
/// <param name="restriction">The restriction.</param>
/// <param name="name">Its name.</param>
/// <param name="target">What it permits.</param>
/// <param name="log">Where that is written.</param>
internal sealed class NotedPermit(IRestriction restriction, string name, Func<AccessRequest, AccessTarget> target, PermitLog log) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var verdict = await restriction.CheckAsync(request, cancel);
        if (verdict.IsPermit) await log.NoteAsync(request, name, target(request), table: null, cancel);
        return verdict;
    }
}
