using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>check_client_access type:table</c>: decides by the client's name, its domains, its address, its networks.</summary>
internal sealed class CheckClientAccess(AccessTable table) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        await table.FindHostAsync(request, request.Client.Name, request.Client.AddressText, AccessTarget.Client(request), cancel) ?? Verdict.Dunno;
}
