namespace BulkRelay.Core.Ingress.Restrictions.DnsLists;

/// <summary>
/// <c>reject_rbl_client</c>, and <c>reject_maps_rbl</c> with several lists: refuses clients whose address is in a DNS list.
/// </summary>
internal sealed class RejectRblClient(IReadOnlyList<DnsList> lists, DnsListReply reply) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (!request.Client.HasAddress) return Verdict.Dunno;
        foreach (var list in lists)
        {
            var listing = await list.FindAsync(request, request.Client.Address, cancel);
            if (!listing.IsListed) continue;
            var target = new AccessTarget(request.Client.AddressText, AccessTarget.ClientClass);
            return await reply.RefuseAsync(request, list, target, listing.Text, cancel);
        }
        return Verdict.Dunno;
    }
}
