namespace BulkRelay.Core.Ingress.Restrictions.DnsLists;

/// <summary><c>reject_rhsbl_client</c> and its like: refuse a request if a domain name of it is in a DNS list.</summary>
/// <param name="list">The list.</param>
/// <param name="reply">The refusal.</param>
/// <param name="targetOf">What is looked up, a name or a mail address; null if there is none.</param>
internal sealed class RejectRhsbl(DnsList list, DnsListReply reply, Func<AccessRequest, AccessTarget?> targetOf) : IRestriction
{
    /// <summary>The verified name of the client.</summary>
    public static AccessTarget? Client(AccessRequest request) => Host(request.Client.Name, AccessTarget.ClientClass);

    /// <summary>The name that the client's address maps to, verified or not.</summary>
    public static AccessTarget? ReverseClient(AccessRequest request) => Host(request.Client.ReverseName, AccessTarget.ReverseClientClass);

    /// <summary>The name in HELO.</summary>
    public static AccessTarget? Helo(AccessRequest request) => request.HeloName.Length > 0 ? AccessTarget.Helo(request) : null;

    /// <summary>The sender; not the null sender.</summary>
    public static AccessTarget? Sender(AccessRequest request) => Mailbox(request, EnvelopeSide.Sender);

    /// <summary>The recipient.</summary>
    public static AccessTarget? Recipient(AccessRequest request) => Mailbox(request, EnvelopeSide.Recipient);

    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (targetOf(request) is not { } target) return Verdict.Dunno;
        var domain = target.Name[(target.Name.LastIndexOf('@') + 1)..];
        var listing = await list.FindAsync(request, domain, cancel);
        return listing.IsListed ? await reply.RefuseAsync(request, list, target, listing.Text, cancel) : Verdict.Dunno;
    }

    private static AccessTarget? Host(string name, string targetClass) =>
        name != Ingress.Client.UnknownName ? new AccessTarget(name, targetClass) : null;

    private static AccessTarget? Mailbox(AccessRequest request, EnvelopeSide side) =>
        side.Given(request) is null ? null : side.TargetOf(request);
}
