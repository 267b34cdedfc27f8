using BulkRelay.Core.Ingress.Access;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>check_recipient_access type:table</c>: decides by the recipient's address, domain, parent domains and local part. An address that
/// names a further hop is never permitted on that ground (<c>allow_untrusted_routing = no</c>).
/// </summary>
internal sealed class CheckRecipientAccess(AccessTable table) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Recipient is not { } recipient) return Verdict.Dunno;
        var verdict = await table.FindMailAsync(request, recipient, AccessTarget.Recipient(request), cancel) ?? Verdict.Dunno;
        return verdict.IsPermit && recipient.HasSenderRoute ? Verdict.Dunno : verdict;
    }
}
