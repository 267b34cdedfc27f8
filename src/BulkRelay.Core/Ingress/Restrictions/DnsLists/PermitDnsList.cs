namespace BulkRelay.Core.Ingress.Restrictions.DnsLists;

/// <summary>
/// <c>permit_dnswl_client</c> and <c>permit_rhswl_client</c>: permit clients that a DNS list has. A recipient that strangers may not send
/// to is never permitted on that ground. A list that does not answer turns a refusal for good into one for now.
/// </summary>
/// <param name="setup">The configuration.</param>
/// <param name="list">The list.</param>
/// <param name="byName">True to ask for the client's verified name, false for its address.</param>
internal sealed class PermitDnsList(RestrictionSetup setup, DnsList list, bool byName) : IRestriction
{
    private const int TemporaryCode = 450;

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var client = request.Client;
        if (byName ? client.Name == Client.UnknownName : !client.HasAddress) return Verdict.Dunno;
        if (request.Recipient is not null)
        {
            var match = await AuthDestination.MatchAsync(setup, request, cancel);
            if (match.Failure is { } failure) return Verdict.Unavailable(failure);
            if (!match.IsMatch) return Verdict.Dunno;
        }
        var listing = byName ? await list.FindAsync(request, client.Name, cancel)
            : await list.FindAsync(request, client.Address, cancel);
        if (listing.IsListed) return Verdict.Permit;
        var target = new AccessTarget(byName ? client.Name : client.AddressText, AccessTarget.ClientClass);
        return !listing.IsUnavailable ? Verdict.Dunno
            : Verdict.DeferIfReject(RestrictionSetup.Reply(TemporaryCode, "4.7.1", $"{target} rejected: Service unavailable"));
    }
}
