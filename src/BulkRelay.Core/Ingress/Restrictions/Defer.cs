using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary><c>defer</c>: refuses for now whatever comes to it, with <c>defer_code</c>.</summary>
internal sealed class Defer(RestrictionSetup setup) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(SmtpdParameters.DeferCode);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        ValueTask.FromResult(Verdict.Refuse(RestrictionSetup.Reply(_code, "4.3.2", $"{request.SubjectText} rejected: Try again later")));
}
