namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// <c>defer_if_permit</c> and <c>defer_if_reject</c>: whatever would be permitted, or refused for good, is refused for now.
/// </summary>
internal sealed class DeferIf(string name, bool permit) : IRestriction
{
    private const int Code = 450;

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        var reply = RestrictionSetup.Reply(Code, "4.7.0", $"{request.SubjectText} rejected: {name} requested");
        return new(permit ? Verdict.DeferIfPermit(reply) : Verdict.DeferIfReject(reply));
    }
}
