namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>permit_sasl_authenticated</c>: permits clients that have signed in.</summary>
internal sealed class PermitSaslAuthenticated : IRestriction
{
    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        ValueTask.FromResult(request.Sasl is null ? Verdict.Dunno : Verdict.Permit);
}
