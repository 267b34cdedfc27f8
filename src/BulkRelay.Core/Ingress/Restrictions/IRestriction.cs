namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>One word of a restriction list, compiled. Shared by all sessions.</summary>
internal interface IRestriction
{
    /// <summary>Decides, or leaves the decision to the next one.</summary>
    ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel);
}
