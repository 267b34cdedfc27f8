using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// All restriction lists of a server (SMTPD_ACCESS_README). With <c>smtpd_delay_reject = yes</c> those about client, HELO and sender are
/// asked at each recipient, so that a refusal can be logged with sender and recipient; otherwise each when its command comes. A list that
/// permits lets the request pass to the next list.
/// </summary>
internal sealed class AccessRules
{
    private readonly AccessStage _client;
    private readonly AccessStage _helo;
    private readonly AccessStage _sender;
    private readonly AccessStage[] _recipient;
    private readonly AccessStage _etrn;
    private readonly AccessStage _data;
    private readonly AccessStage _endOfData;
    private readonly RejectUnlistedAddress? _unlistedSender;
    private readonly RejectUnlistedAddress? _unlisted;
    private readonly BarePostmaster _postmaster = new();
    private readonly bool _isAboutRecipientsOnly;
    private readonly bool _asksRecipientsFirst;
    private readonly RestrictionList? _relayRestrictionsOfToday;

    public AccessRules(RestrictionSetup setup)
    {
        var snapshot = setup.Snapshot;
        setup.Classes.Compile();
        Notices = setup.Notices;
        _relayRestrictionsOfToday = Notices.RelayRestrictions ? CompatibilityNotices.ParseRelayRestrictionsOfToday(setup) : null;
        DelaysReject = snapshot.Get(SmtpdParameters.DelayReject);
        _client = Stage(AccessSubject.Client, SmtpdParameters.ClientRestrictions, AccessTarget.Client);
        _helo = Stage(AccessSubject.Helo, SmtpdParameters.HeloRestrictions, AccessTarget.Helo);
        _sender = Stage(AccessSubject.Sender, SmtpdParameters.SenderRestrictions, AccessTarget.Sender);
        _unlistedSender = snapshot.Get(CheckParameters.RejectUnlistedSender) ? new RejectUnlistedAddress(setup, EnvelopeSide.Sender) : null;
        _isAboutRecipientsOnly = _client.IsEmpty && _helo.IsEmpty && _sender.IsEmpty && _unlistedSender is null;
        _recipient = RecipientStages(setup);
        _asksRecipientsFirst = !snapshot.Get(SmtpdParameters.RelayBeforeRecipientRestrictions) && snapshot.Get(SmtpdParameters.RecipientRestrictions).Length > 0;
        _etrn = Stage(AccessSubject.Etrn, SmtpdParameters.EtrnRestrictions, r => new AccessTarget(r.EtrnName, AccessTarget.EtrnClass));
        _data = Stage(AccessSubject.Data, SmtpdParameters.DataRestrictions, _ => AccessTarget.Data);
        _endOfData = Stage(AccessSubject.EndOfData, SmtpdParameters.EndOfDataRestrictions, _ => AccessTarget.EndOfData);
        _unlisted = snapshot.Get(SmtpdParameters.RejectUnlistedRecipient) ? new RejectUnlistedAddress(setup, EnvelopeSide.Recipient) : null;
        FlowPriorityClients = Parse(FlowParameters.PriorityClients);
        LocalHeaderRewriteClients = Parse(CleanupParameters.LocalHeaderRewriteClients);

        AccessStage Stage(AccessSubject subject, Parameter<string> parameter, Func<AccessRequest, AccessTarget> target) =>
            AccessStage.Parse(subject, parameter, target, setup);

        RestrictionList Parse(Parameter<string> parameter) => new RestrictionParser(parameter.Name, setup).Parse(snapshot.Get(parameter));
    }

    /// <summary>What is logged where an old default decides.</summary>
    public CompatibilityNotices Notices { get; }

    /// <summary>True if the lists about client, HELO and sender wait for the recipient.</summary>
    public bool DelaysReject { get; }

    /// <summary>The clients that this list permits get the headers that their mail lacks.</summary>
    public RestrictionList LocalHeaderRewriteClients { get; }

    /// <summary>The clients that this list permits may say how urgent their mail is.</summary>
    public RestrictionList FlowPriorityClients { get; }

    /// <summary>Decides about the client as it connects; nothing if that waits.</summary>
    public ValueTask<Verdict> CheckClientAsync(AccessRequest request, CancellationToken cancel) =>
        DelaysReject || _client.IsEmpty ? new(Verdict.Dunno) : ClientAsync(request, cancel);

    /// <summary>Decides about HELO or EHLO; nothing if that waits.</summary>
    public ValueTask<Verdict> CheckHeloAsync(AccessRequest request, CancellationToken cancel) =>
        DelaysReject || _isAboutRecipientsOnly ? new(Verdict.Dunno) : HeloAsync(request, cancel);

    /// <summary>Decides about MAIL; nothing if that waits.</summary>
    public ValueTask<Verdict> CheckSenderAsync(AccessRequest request, CancellationToken cancel) =>
        DelaysReject || _isAboutRecipientsOnly ? new(Verdict.Dunno) : SenderAsync(request, cancel);

    /// <summary>Decides about <see cref="AccessRequest.Recipient"/>, and before it about all that waited.</summary>
    public async ValueTask<Verdict> CheckRecipientAsync(AccessRequest request, CancellationToken cancel)
    {
        // RFC 5321 section 4.5.1: mail for the postmaster is taken from anyone.
        if (request.RecipientAsGiven.Text.Equals("postmaster", StringComparison.OrdinalIgnoreCase))
            return await _postmaster.CheckAsync(request, cancel);
        if (!_isAboutRecipientsOnly)
        {
            var before = await BeforeRecipientAsync(request, cancel);
            if (before.Refusal is not null) return before;
        }
        request.DeferIfPermit = request.Deferrals.AfterSender;
        request.DeferIfReject = null;
        foreach (var stage in _recipient)
        {
            stage.Enter(request);
            var verdict = await stage.List.CheckAsync(request, cancel);
            if (verdict.Refusal is null) continue;
            if (_asksRecipientsFirst && stage == _recipient[0]) Notices.RefusedFirst(request);
            return verdict;
        }
        if (_relayRestrictionsOfToday is { } ofToday) await CompatibilityNotices.RelayAccessAsync(ofToday, request, cancel);
        if (request.DeferIfPermit is { } deferral) return deferral;
        // Whoever is permitted: mail to an address that does not exist would only come back.
        if (_unlisted is null || request.Actions.IsDiscarded) return Verdict.Dunno;
        var unlisted = request.Weigh(await _unlisted.CheckAsync(request, cancel));
        if (unlisted.Refusal is null) await Notices.ListedAsync(request, cancel);
        return unlisted;
    }

    /// <summary>Decides about ETRN.</summary>
    public async ValueTask<Verdict> CheckEtrnAsync(AccessRequest request, CancellationToken cancel)
    {
        var verdict = await DelayedAsync(request, cancel);
        if (verdict.Refusal is not null) return verdict;
        request.DeferIfPermit = request.Deferrals.BeforeSender;
        return await DecideAsync(_etrn, request, cancel);
    }

    /// <summary>Decides about DATA or BDAT.</summary>
    public ValueTask<Verdict> CheckDataAsync(AccessRequest request, CancellationToken cancel) => AboutMessageAsync(_data, request, cancel);

    /// <summary>Decides about the whole message.</summary>
    public ValueTask<Verdict> CheckEndOfDataAsync(AccessRequest request, CancellationToken cancel) =>
        AboutMessageAsync(_endOfData, request, cancel);

    private static AccessStage[] RecipientStages(RestrictionSetup setup)
    {
        var snapshot = setup.Snapshot;
        var relayParser = new RestrictionParser(SmtpdParameters.RelayRestrictions.Name, setup);
        var relay = relayParser.Parse(snapshot.Get(SmtpdParameters.RelayRestrictions));
        var recipient = new RestrictionParser(SmtpdParameters.RecipientRestrictions.Name, setup).Parse(snapshot.Get(SmtpdParameters.RecipientRestrictions));
        if (!relay.StopsRelaying && !recipient.StopsRelaying)
        {
            relayParser.AddFault("in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at "
                + "least one working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer");
            relay = relayParser.Parse("");
        }
        RestrictionList[] lists = snapshot.Get(SmtpdParameters.RelayBeforeRecipientRestrictions) ? [relay, recipient] : [recipient, relay];
        return [.. lists.Where(l => !l.IsEmpty).Select(l => new AccessStage(AccessSubject.Recipient, AccessTarget.Recipient, l))];
    }

    private async ValueTask<Verdict> BeforeRecipientAsync(AccessRequest request, CancellationToken cancel)
    {
        var verdict = await DelayedAsync(request, cancel);
        return verdict.Refusal is not null || !DelaysReject ? verdict : await SenderAsync(request, cancel);
    }

    /// <summary>What waited for a later command: the client and HELO.</summary>
    private async ValueTask<Verdict> DelayedAsync(AccessRequest request, CancellationToken cancel)
    {
        if (!DelaysReject) return Verdict.Dunno;
        var verdict = await ClientAsync(request, cancel);
        return verdict.Refusal is not null || request.HeloName.Length == 0 ? verdict : await HeloAsync(request, cancel);
    }

    private async ValueTask<Verdict> ClientAsync(AccessRequest request, CancellationToken cancel)
    {
        request.DeferIfPermit = null;
        var verdict = await _client.CheckAsync(request, cancel);
        request.Deferrals = new Deferrals(AfterClient: request.DeferIfPermit, AfterHelo: null, AfterSender: null);
        return verdict;
    }

    private async ValueTask<Verdict> HeloAsync(AccessRequest request, CancellationToken cancel)
    {
        request.DeferIfPermit = request.Deferrals.AfterClient;
        var verdict = await _helo.CheckAsync(request, cancel);
        request.Deferrals = request.Deferrals with { AfterHelo = request.DeferIfPermit };
        return verdict;
    }

    private async ValueTask<Verdict> SenderAsync(AccessRequest request, CancellationToken cancel)
    {
        request.DeferIfPermit = request.Deferrals.BeforeSender;
        var verdict = await _sender.CheckAsync(request, cancel);
        request.Deferrals = request.Deferrals with { AfterSender = request.DeferIfPermit };
        return _unlistedSender is null || verdict.Refusal is not null ? verdict : request.Weigh(await _unlistedSender.CheckAsync(request, cancel));
    }

    private static async ValueTask<Verdict> AboutMessageAsync(AccessStage stage, AccessRequest request, CancellationToken cancel)
    {
        if (stage.IsEmpty) return Verdict.Dunno;
        // What goes for all recipients is not about one of them.
        var recipient = request.Recipient;
        if (request.RecipientCount > 1) request.Recipient = null;
        request.DeferIfPermit = null;
        var verdict = await DecideAsync(stage, request, cancel);
        if (verdict.Refusal is null) request.Recipient = recipient;
        return verdict;
    }

    private static async ValueTask<Verdict> DecideAsync(AccessStage stage, AccessRequest request, CancellationToken cancel)
    {
        var verdict = await stage.CheckAsync(request, cancel);
        return verdict.Refusal is null && request.DeferIfPermit is { } deferral ? deferral : verdict;
    }
}
