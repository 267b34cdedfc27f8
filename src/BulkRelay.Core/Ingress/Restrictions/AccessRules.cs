using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// All restriction lists of a server, in the order in which a recipient passes them (<c>smtpd_delay_reject = yes</c>): client,
/// HELO, sender, relay, recipient. A list that permits lets the recipient pass to the next list.
/// </summary>
internal sealed class AccessRules
{
    private readonly (AccessSubject Subject, RestrictionList List)[] _atRecipient;
    private readonly RejectUnlistedRecipient? _unlisted;
    private readonly RestrictionList _data;
    private readonly RestrictionList _endOfData;

    public AccessRules(RestrictionSetup setup)
    {
        var snapshot = setup.Snapshot;
        var relay = Parse("smtpd_relay_restrictions", SmtpdParameters.RelayRestrictions);
        var recipient = Parse("smtpd_recipient_restrictions", SmtpdParameters.RecipientRestrictions);
        if (!relay.StopsRelaying && !recipient.StopsRelaying)
        {
            relay.AddFault("smtpd_relay_restrictions", "in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, specify at "
                + "least one working instance of: reject_unauth_destination, defer_unauth_destination, reject, defer", setup);
        }
        _atRecipient = [.. new (AccessSubject Subject, RestrictionList List)[]
        {
            (AccessSubject.Client, Parse("smtpd_client_restrictions", SmtpdParameters.ClientRestrictions)),
            (AccessSubject.Helo, Parse("smtpd_helo_restrictions", SmtpdParameters.HeloRestrictions)),
            (AccessSubject.Sender, Parse("smtpd_sender_restrictions", SmtpdParameters.SenderRestrictions)),
            (AccessSubject.Recipient, relay),
            (AccessSubject.Recipient, recipient),
        }.Where(l => !l.List.IsEmpty)];
        _unlisted = snapshot.Get(SmtpdParameters.RejectUnlistedRecipient) ? new RejectUnlistedRecipient(setup) : null;
        _data = Parse("smtpd_data_restrictions", SmtpdParameters.DataRestrictions);
        _endOfData = Parse("smtpd_end_of_data_restrictions", SmtpdParameters.EndOfDataRestrictions);
        FlowPriorityClients = Parse("flow_priority_clients", FlowParameters.PriorityClients);
        LocalHeaderRewriteClients = Parse("local_header_rewrite_clients", CleanupParameters.LocalHeaderRewriteClients);

        RestrictionList Parse(string name, Parameter<string> parameter) => RestrictionList.Parse(name, snapshot.Get(parameter), setup);
    }

    /// <summary>The clients that this list permits get the headers that their mail lacks.</summary>
    public RestrictionList LocalHeaderRewriteClients { get; }

    /// <summary>The clients that this list permits may say how urgent their mail is.</summary>
    public RestrictionList FlowPriorityClients { get; }

    /// <summary>Decides about <see cref="AccessRequest.Recipient"/>.</summary>
    public async ValueTask<Verdict> CheckRecipientAsync(AccessRequest request, CancellationToken cancel)
    {
        request.DeferIfPermit = request.DeferIfReject = null;
        foreach (var (subject, list) in _atRecipient)
        {
            request.Subject = subject;
            var verdict = await list.CheckAsync(request, cancel);
            if (verdict.Refusal is not null) return verdict.OrDeferred(request);
        }
        // Whoever is permitted: mail to an address that does not exist would only come back.
        var unlisted = _unlisted is null ? Verdict.Dunno : await _unlisted.CheckAsync(request, cancel);
        return unlisted.OrDeferred(request);
    }

    /// <summary>Decides about DATA or BDAT.</summary>
    public ValueTask<Verdict> CheckDataAsync(AccessRequest request, CancellationToken cancel) =>
        CheckAsync(_data, AccessSubject.Data, request, cancel);

    /// <summary>Decides about the whole message.</summary>
    public ValueTask<Verdict> CheckEndOfDataAsync(AccessRequest request, CancellationToken cancel) =>
        CheckAsync(_endOfData, AccessSubject.EndOfData, request, cancel);

    private static async ValueTask<Verdict> CheckAsync(
        RestrictionList list, AccessSubject subject, AccessRequest request, CancellationToken cancel)
    {
        if (list.IsEmpty) return Verdict.Dunno;
        request.DeferIfPermit = request.DeferIfReject = null;
        request.Subject = subject;
        return (await list.CheckAsync(request, cancel)).OrDeferred(request);
    }
}
