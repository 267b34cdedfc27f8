using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>check_reverse_client_hostname_access type:table</c>: decides by the name that the client's address maps to, whether it leads back or
/// not, its domains, the address and its networks. It may refuse, never permit: whoever has the address chooses the name.
/// </summary>
internal sealed class CheckReverseClientHostnameAccess(AccessTable table) : IRestriction
{
    /// <summary>The name of the restriction.</summary>
    public const string Name = "check_reverse_client_hostname_access";

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var name = request.Client.ReverseName;
        var target = new AccessTarget(name, AccessTarget.ReverseClientClass);
        var verdict = await table.FindHostAsync(request, name, request.Client.AddressText, target, cancel) ?? Verdict.Dunno;
        return AccessTable.WithoutPermit(Name, name, verdict, request);
    }
}
