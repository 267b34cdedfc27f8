using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>reject_non_fqdn_sender</c> and <c>reject_non_fqdn_recipient</c>: refuse addresses that the client named without a complete domain,
/// with <c>non_fqdn_reject_code</c>. Address literals pass.
/// </summary>
internal sealed class RejectNonFqdnAddress(RestrictionSetup setup, EnvelopeSide side) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(CheckParameters.NonFqdnRejectCode);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        new(side.Given(request) is not { } address || IsComplete(address.Domain) ? Verdict.Dunno
            : Verdict.Refuse(RestrictionSetup.Reply(_code, "5.5.2", $"{side.TargetOf(request)} rejected: need fully-qualified address")));

    private static bool IsComplete(ReadOnlySpan<char> domain)
    {
        if (domain is ['[', .., ']']) return true;
        if (domain is [.. var before, '.']) domain = before;
        return DomainName.IsHostName(domain) && domain.Contains('.');
    }
}
