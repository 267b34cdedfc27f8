using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Ingress.Access;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>reject_unlisted_sender</c> and <c>reject_unlisted_recipient</c>: refuse addresses whose mail could only be returned, to a sender who
/// may be forged. Those are the ones that <c>transport_maps</c> and the like give to <c>error:</c> or <c>retry:</c>, and those that the
/// tables of their class do not know: <c>local_recipient_maps</c> for <c>mydestination</c>, <c>relay_recipient_maps</c> for
/// <c>relay_domains</c>. Recipients in <c>mydestination</c> are refused all of them while nobody here delivers their mail.
/// </summary>
internal sealed class RejectUnlistedAddress(RestrictionSetup setup, EnvelopeSide side) : IRestriction
{
    private const int ErrorCode = 550;
    private const int RetryCode = 450;
    private const string NoDeliveryStatus = "5.3.5";

    private readonly AddressTables _relayed = new(setup.Tables(RoutingParameters.RelayRecipientMaps), setup.Snapshot);
    private readonly LocalRecipients _local = setup.LocalRecipients;
    private readonly int _relayCode = setup.Snapshot.Get(SmtpdParameters.UnknownRelayRecipientRejectCode);
    private readonly int _localCode = setup.Snapshot.Get(SmtpdParameters.UnknownLocalRecipientRejectCode);
    private readonly bool _namesTable = setup.Snapshot.Get(CheckParameters.ShowUserUnknownTableName);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (side.Complete(request) is not { } address || address.Domain.IsEmpty) return Verdict.Dunno;
        var route = await request.Route(address.Text, side.SenderOf(request), "", cancel);
        if (route.IsUnresolved) return Verdict.Unavailable(route.Failure!, side.TargetOf(request).Name);
        if (route.IsRefusal) return Refuse(request, route);
        return route.Class switch
        {
            AddressClass.Local when route.IsNowhere && side == EnvelopeSide.Recipient => await WithoutDeliveryAsync(request, address, cancel),
            AddressClass.Local => Decide(request, await _local.HasAsync(address, cancel), _localCode, "local"),
            AddressClass.Relay when !_relayed.IsEmpty =>
                Decide(request, await _relayed.HasAsync(address, route.Class, cancel), _relayCode, "relay"),
            _ => Verdict.Dunno,
        };
    }

    /// <summary>The failure that the configuration wants, in its words.</summary>
    private Verdict Refuse(AccessRequest request, Route route)
    {
        var status = EnhancedText.Split(route.Destination.Nexthop, out var text);
        return Refuse(request, route.IsForNow ? RetryCode : ErrorCode, status is null ? side.UnlistedStatus : EnhancedText.Fit(status, side.Class), text);
    }

    /// <summary>Nobody gets mail here. Who would otherwise is told why; a table that does not answer changes nothing.</summary>
    private async ValueTask<Verdict> WithoutDeliveryAsync(AccessRequest request, EmailAddress address, CancellationToken cancel)
    {
        var verdict = Decide(request, await _local.HasAsync(address, cancel), _localCode, "local");
        return verdict.Refusal is not null && !verdict.IsFault ? verdict : Refuse(request, ErrorCode, NoDeliveryStatus, "no local delivery here");
    }

    private Verdict Decide(AccessRequest request, MatchResult isListed, int code, string kind)
    {
        if (isListed.Failure is { } failure) return Verdict.Unavailable(failure, side.TargetOf(request).Name);
        return isListed.IsMatch ? Verdict.Dunno
            : Refuse(request, code, side.UnlistedStatus, $"User unknown{(_namesTable ? $" in {kind} recipient table" : "")}");
    }

    private Verdict Refuse(AccessRequest request, int code, string status, string text) =>
        Verdict.Refuse(RestrictionSetup.Reply(code, status, $"{side.TargetOf(request)} rejected: {text}"));
}
