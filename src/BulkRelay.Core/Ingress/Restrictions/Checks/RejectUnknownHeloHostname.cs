using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Dns;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>reject_unknown_helo_hostname</c>: refuses names in HELO that have no address and no MX record, with
/// <c>unknown_hostname_reject_code</c>. If DNS does not answer, <c>unknown_helo_hostname_tempfail_action</c> says what happens.
/// </summary>
internal sealed class RejectUnknownHeloHostname(RestrictionSetup setup) : IRestriction
{
    private readonly TempfailVerdict _tempfail = new(setup.Snapshot.Get(CheckParameters.UnknownHeloHostnameTempfailAction));
    private readonly int _code = setup.Snapshot.Get(CheckParameters.UnknownHostnameRejectCode);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var name = request.HeloName;
        if (name.Length == 0) return Verdict.Dunno;
        if (HeloName.IsLiteral(name)) return HeloName.CheckLiteral(request, setup);
        var answer = await request.Dns.QueryAnyAsync(name, [.. request.Dns.AddressTypes, DnsType.MX], cancel);
        var text = $"{AccessTarget.Helo(request)} rejected: Host not found";
        return answer.Status switch
        {
            DnsStatus.Found => Verdict.Dunno,
            DnsStatus.Temporary => _tempfail.Say("4.7.1", text),
            _ => Verdict.Refuse(RestrictionSetup.Reply(_code, "4.7.1", text)),
        };
    }
}
