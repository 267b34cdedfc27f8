using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>check_etrn_access type:table</c>: decides by the argument of ETRN and its domains.</summary>
internal sealed class CheckEtrnAccess(AccessTable table) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        await table.FindDomainAsync(request, request.EtrnName, new AccessTarget(request.EtrnName, AccessTarget.EtrnClass), cancel) ?? Verdict.Dunno;
}
