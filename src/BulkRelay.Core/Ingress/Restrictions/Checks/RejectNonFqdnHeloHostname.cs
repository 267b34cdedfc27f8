using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>reject_non_fqdn_helo_hostname</c>: refuses names in HELO that are neither host names with a domain nor address literals, with
/// <c>non_fqdn_reject_code</c>.
/// </summary>
internal sealed class RejectNonFqdnHeloHostname(RestrictionSetup setup) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(CheckParameters.NonFqdnRejectCode);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var name = request.HeloName;
        if (name.Length == 0) return new(Verdict.Dunno);
        if (HeloName.IsLiteral(name)) return new(HeloName.CheckLiteral(request, setup));
        return new(HeloName.IsHostName(name) && name.AsSpan().TrimEnd('.').Contains('.') ? Verdict.Dunno
            : Verdict.Refuse(RestrictionSetup.Reply(_code, "5.5.2",
                $"{AccessTarget.Helo(request)} rejected: need fully-qualified hostname")));
    }
}
