namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>permit_inet_interfaces</c>: permits clients that are this machine.</summary>
internal sealed class PermitInetInterfaces(RestrictionSetup setup) : IRestriction
{
    private readonly OwnAddresses _own = new(setup.Snapshot);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        ValueTask.FromResult(_own.Has(request.Client.Address) ? Verdict.Permit : Verdict.Dunno);
}
