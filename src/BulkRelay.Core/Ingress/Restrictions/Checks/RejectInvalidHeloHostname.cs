using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>reject_invalid_helo_hostname</c>: refuses names in HELO that are neither host names nor addresses, with
/// <c>invalid_hostname_reject_code</c>.
/// </summary>
internal sealed class RejectInvalidHeloHostname(RestrictionSetup setup) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(CheckParameters.InvalidHostnameRejectCode);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var name = request.HeloName;
        if (name.Length == 0) return new(Verdict.Dunno);
        if (HeloName.IsLiteral(name)) return new(HeloName.CheckLiteral(request, setup));
        return new(HeloName.IsHostName(name) || HeloName.IsAddress(name) ? Verdict.Dunno
            : Verdict.Refuse(RestrictionSetup.Reply(_code, "5.5.2", $"{AccessTarget.Helo(request)} rejected: Invalid name")));
    }
}
