using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>reject_unlisted_recipient</c>: refuses recipients of <c>relay_domains</c> that <c>relay_recipient_maps</c> do not know, with
/// <c>unknown_relay_recipient_reject_code</c>. The tables are asked for the address, the address without extension, and
/// <c>@domain</c>; what they answer does not matter. Without tables every recipient is known.
/// </summary>
internal sealed class RejectUnlistedRecipient(RestrictionSetup setup) : IRestriction
{
    private readonly LookupTableList _maps = setup.Tables(RoutingParameters.RelayRecipientMaps);
    private readonly AddressExtension _extension = new(setup.Snapshot);
    private readonly int _code = setup.Snapshot.Get(SmtpdParameters.UnknownRelayRecipientRejectCode);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (_maps.IsEmpty || request.Recipient is not { } recipient || recipient.Domain.IsEmpty) return Verdict.Dunno;
        var domain = recipient.Domain.ToString();
        var mine = await setup.MyDestination.MatchAsync(domain, cancel);
        var relayed = mine.IsMatch || mine.Failure is not null ? mine : await setup.RelayDomains.MatchAsync(domain, cancel);
        if (relayed.Failure is { } failure) return Verdict.Unavailable(failure);
        if (mine.IsMatch || !relayed.IsMatch) return Verdict.Dunno;
        var found = await FindAsync(recipient.ToUnquoted(), domain, cancel);
        if (found.IsFailure) return Verdict.Unavailable(found.Failure!);
        return found.IsFound ? Verdict.Dunno : Verdict.Refuse(RestrictionSetup.Reply(_code, "5.1.1",
            $"<{request.RecipientAsGiven.ToUnquoted()}>: Recipient address rejected: User unknown in relay recipient table"));
    }

    private async ValueTask<LookupResult> FindAsync(string address, string domain, CancellationToken cancel)
    {
        var found = await _maps.LookupAsync(address, isPart: false, cancel);
        if (!found.IsFound && !found.IsFailure && _extension.Strip(address) is { } plain)
            found = await _maps.LookupAsync(plain, isPart: true, cancel);
        return found.IsFound || found.IsFailure ? found : await _maps.LookupAsync($"@{domain}", isPart: true, cancel);
    }
}
