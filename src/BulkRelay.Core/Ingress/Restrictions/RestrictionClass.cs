namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>A restriction that the configuration defines: the list that is the value of a parameter of its name.</summary>
internal sealed class RestrictionClass(RestrictionList list) : IRestriction
{
    /// <summary>True if a restriction in it keeps strangers from relaying.</summary>
    public bool StopsRelaying => list.StopsRelaying;

    public ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel) => list.CheckAsync(request, cancel);
}
