using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>reject</c>: refuses whatever comes to it, with <c>reject_code</c>.</summary>
internal sealed class Reject(RestrictionSetup setup) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(SmtpdParameters.RejectCode);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        ValueTask.FromResult(Verdict.Refuse(RestrictionSetup.Reply(_code, "5.7.1", $"{request.SubjectText} rejected: Access denied")));
}
