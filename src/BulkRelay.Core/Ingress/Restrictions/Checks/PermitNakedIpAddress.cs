namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary><c>permit_naked_ip_address</c> (old): permits clients that say an address without brackets in HELO.</summary>
internal sealed class PermitNakedIpAddress(RestrictionSetup setup) : IRestriction
{
    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.HeloName.Length == 0 || !request.HeloName.All(c => char.IsAsciiDigit(c) || c is '.' or ':')) return new(Verdict.Dunno);
        var verdict = HeloName.CheckLiteral(request, setup);
        return new(verdict.IsDecided ? verdict : Verdict.Permit);
    }
}
