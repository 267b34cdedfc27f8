namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>permit</c>: permits whatever comes to it.</summary>
internal sealed class Permit : IRestriction
{
    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) => ValueTask.FromResult(Verdict.Permit);
}
