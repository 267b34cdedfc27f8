using BulkRelay.Core.Ingress.Access;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>check_sender_access type:table</c>: decides by the sender's address, domain, parent domains and local part; by
/// <c>smtpd_null_access_lookup_key</c> for the null sender.
/// </summary>
internal sealed class CheckSenderAccess(AccessTable table) : IRestriction
{
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Sender is not { } sender || !EmailAddress.TryParse(sender, out var address)) return Verdict.Dunno;
        var target = AccessTarget.Sender(request);
        var verdict = address.IsNull ? await table.FindNullSenderAsync(request, target, cancel)
            : await table.FindMailAsync(request, address, target, cancel);
        return verdict ?? Verdict.Dunno;
    }
}
