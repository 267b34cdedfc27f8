namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>Stands where the configuration names something that is not there: refuses for now, and says why to the operator.</summary>
internal sealed class Misconfigured(string reason) : IRestriction
{
    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        ValueTask.FromResult(Verdict.Misconfigured(reason));
}
