namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>reject_unauth_pipelining</c>: refuses clients that at any time in the session sent on where they have to wait (RFC 2920). With
/// <c>smtpd_forbid_unauth_pipelining</c> they do not come this far.
/// </summary>
internal sealed class RejectUnauthPipelining : IRestriction
{
    private const int Code = 503;

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) =>
        new(!request.HasImproperPipelining ? Verdict.Dunno : Verdict.Refuse(RestrictionSetup.Reply(Code, "5.5.0",
            $"{request.SubjectText} rejected: Improper use of SMTP command pipelining")));
}
