using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions.Checks;

/// <summary>
/// <c>reject_multi_recipient_bounce</c>: refuses mail of the null sender to several recipients, with
/// <c>multi_recipient_bounce_reject_code</c>. At RCPT it refuses the second recipient and those behind it.
/// </summary>
internal sealed class RejectMultiRecipientBounce(RestrictionSetup setup) : IRestriction
{
    private readonly int _code = setup.Snapshot.Get(CheckParameters.MultiRecipientBounceRejectCode);

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var allowed = request.Where is "RCPT" ? 0 : 1;
        return new(request.Sender is not "" || request.RecipientCount <= allowed ? Verdict.Dunno
            : Verdict.Refuse(RestrictionSetup.Reply(_code, "5.5.3", $"{request.SubjectText} rejected: Multi-recipient bounce")));
    }
}
