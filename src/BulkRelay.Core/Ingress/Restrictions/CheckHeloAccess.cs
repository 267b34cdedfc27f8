using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>check_helo_access type:table</c>: decides by the name in HELO and its domains.</summary>
internal sealed class CheckHeloAccess(AccessTable table) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        await table.FindDomainAsync(request, request.HeloName, AccessTarget.Helo(request), cancel) ?? Verdict.Dunno;
}
