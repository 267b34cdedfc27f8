namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>permit_tls_all_clientcerts</c>: permits clients with a certificate of an authority that is trusted.</summary>
internal sealed class PermitTlsAllClientcerts : IRestriction
{
    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        ValueTask.FromResult(request.Tls?.Peer is { IsTrusted: true } ? Verdict.Permit : Verdict.Dunno);
}
