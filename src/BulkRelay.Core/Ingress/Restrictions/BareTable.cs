namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>type:table</c> alone in a list: the table is asked for what the list is about, so that it means <c>check_sender_access</c> in
/// <c>smtpd_sender_restrictions</c>, and in a class that is used there.
/// </summary>
internal sealed class BareTable : IRestriction
{
    private readonly string _name;
    private readonly CheckClientAccess _client;
    private readonly CheckHeloAccess _helo;
    private readonly CheckSenderAccess _sender;
    private readonly CheckRecipientAccess _recipient;
    private readonly CheckEtrnAccess _etrn;

    public BareTable(RestrictionSetup setup, string name)
    {
        var table = setup.AccessTable(name);
        _name = name;
        _client = new CheckClientAccess(table);
        _helo = new CheckHeloAccess(table);
        _sender = new CheckSenderAccess(table);
        _recipient = new CheckRecipientAccess(table);
        _etrn = new CheckEtrnAccess(table);
    }

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) => request.Subject switch
    {
        AccessSubject.Client => _client.CheckAsync(request, cancel),
        AccessSubject.Helo => _helo.CheckAsync(request, cancel),
        AccessSubject.Sender => _sender.CheckAsync(request, cancel),
        AccessSubject.Recipient => _recipient.CheckAsync(request, cancel),
        AccessSubject.Etrn => _etrn.CheckAsync(request, cancel),
        _ => new(Verdict.Misconfigured($"specify one of (check_client_access, check_reverse_client_hostname_access, check_helo_access, "
            + $"check_sender_access, check_recipient_access, check_etrn_access) before restriction \"{_name}\"")),
    };
}
