namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// The postmaster without a domain, whose mail is taken from anyone (RFC 5321 section 4.5.1): unless it could only be returned, to a sender
/// who may be forged. That is so if nobody here delivers it, or if it goes to the domain of <c>myorigin</c> and this has no mail host, or
/// none but this relay itself. What cannot be found out for now counts as a way.
/// </summary>
internal sealed class BarePostmaster : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var recipient = request.Recipient!.Value;
        var route = await request.Route(recipient.Text, request.Sender ?? "", "", cancel);
        return !route.IsNowhere
            && !await IsWithoutHostAsync(request, recipient.Domain.ToString(), route.Destination.Nexthop, cancel) ? Verdict.Dunno
            : Verdict.Refuse(RestrictionSetup.Reply(550, "5.1.1", $"{AccessTarget.Recipient(request)} rejected: User unknown"));
    }

    private static async ValueTask<bool> IsWithoutHostAsync(AccessRequest request, string domain, string? nexthop, CancellationToken cancel)
    {
        if (!domain.Equals(nexthop, StringComparison.OrdinalIgnoreCase)) return false;
        var found = await request.FindMailHosts(domain, cancel);
        return found.Hosts.Count == 0 && !found.Status.IsTransient;
    }
}
