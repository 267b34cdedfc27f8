namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>permit_sasl_authenticated</c>: permits clients that have signed in. AUTH is not offered, so there are none.</summary>
internal sealed class PermitSaslAuthenticated : IRestriction
{
    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) => ValueTask.FromResult(Verdict.Dunno);
}
