using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>reject_unlisted_sender</c> and <c>reject_unlisted_recipient</c>: refuse addresses in <c>relay_domains</c> that
/// <c>relay_recipient_maps</c> do not know, with
/// <c>unknown_relay_recipient_reject_code</c>. The tables are asked for the address, the address without extension, and
/// <c>@domain</c>; what they answer does not matter. Without tables every address is known. Recipients in <c>mydestination</c> are refused
/// if nobody here delivers their mail: it could only be returned, to a sender who may be forged.
/// </summary>
internal sealed class RejectUnlistedAddress(RestrictionSetup setup, EnvelopeSide side) : IRestriction
{
    private const int LocalCode = 550;

    private readonly LookupTableList _maps = setup.Tables(RoutingParameters.RelayRecipientMaps);
    private readonly AddressExtension _extension = new(setup.Snapshot);
    private readonly int _code = setup.Snapshot.Get(SmtpdParameters.UnknownRelayRecipientRejectCode);

    private readonly bool _asksForWay = side == EnvelopeSide.Recipient && setup.Snapshot.Get(RoutingParameters.MyDestination).Length > 0;
    private readonly bool _namesTable = setup.Snapshot.Get(CheckParameters.ShowUserUnknownTableName);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (_maps.IsEmpty && !_asksForWay || side.Complete(request) is not { } address || address.Domain.IsEmpty) return Verdict.Dunno;
        var domain = address.Domain.ToString();
        var mine = await setup.MyDestination.MatchAsync(domain, cancel);
        if (mine.IsMatch && _asksForWay && (await request.Route(address.Text, request.Sender ?? "", "", cancel)).IsNowhere)
            return Verdict.Refuse(RestrictionSetup.Reply(LocalCode, side.UnlistedStatus,
                $"{side.TargetOf(request)} rejected: User unknown{Where("local")}"));
        if (_maps.IsEmpty) return Verdict.Dunno;
        var relayed = mine.IsMatch || mine.Failure is not null ? mine : await setup.RelayDomains.MatchAsync(domain, cancel);
        if (relayed.Failure is { } failure) return Verdict.Unavailable(failure);
        if (mine.IsMatch || !relayed.IsMatch) return Verdict.Dunno;
        var found = await FindAsync(address.ToUnquoted(), domain, cancel);
        if (found.IsFailure) return Verdict.Unavailable(found.Failure!);
        return found.IsFound ? Verdict.Dunno : Verdict.Refuse(RestrictionSetup.Reply(_code, side.UnlistedStatus,
            $"{side.TargetOf(request)} rejected: User unknown{Where("relay")}"));
    }

    private string Where(string kind) => _namesTable ? $" in {kind} recipient table" : "";

    private async ValueTask<LookupResult> FindAsync(string address, string domain, CancellationToken cancel)
    {
        var found = await _maps.LookupAsync(address, isPart: false, cancel);
        if (!found.IsFound && !found.IsFailure && _extension.Strip(address) is { } plain)
            found = await _maps.LookupAsync(plain, isPart: true, cancel);
        return found.IsFound || found.IsFailure ? found : await _maps.LookupAsync($"@{domain}", isPart: true, cancel);
    }
}
