using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary><c>reject_plaintext_session</c>: refuses sessions that are not encrypted, with <c>plaintext_reject_code</c>.</summary>
internal sealed class RejectPlaintextSession(RestrictionSetup setup) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(CheckParameters.PlaintextRejectCode);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) => new(request.Tls is not null ? Verdict.Dunno
        : Verdict.Refuse(RestrictionSetup.Reply(_code, "4.7.1", "Session encryption is required")));
}
