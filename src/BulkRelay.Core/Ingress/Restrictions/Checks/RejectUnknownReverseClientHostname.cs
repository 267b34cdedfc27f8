using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Dns;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>reject_unknown_reverse_client_hostname</c>: refuses clients whose address has no name at all, with
/// <c>unknown_client_reject_code</c>; for now only if DNS did not answer.
/// </summary>
internal sealed class RejectUnknownReverseClientHostname(RestrictionSetup setup) : IRestriction
{
    private const int TemporaryCode = 450;

    private readonly int _code = setup.Snapshot.Get(CheckParameters.UnknownClientRejectCode);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Client.ReverseName != Client.UnknownName) return new(Verdict.Dunno);
        var code = request.Client.ReverseNameStatus == ClientNameStatus.Temporary ? TemporaryCode : _code;
        return new(Verdict.Refuse(RestrictionSetup.Reply(code, "4.7.1",
            $"Client host rejected: cannot find your reverse hostname, [{request.Client.AddressText}]")));
    }
}
