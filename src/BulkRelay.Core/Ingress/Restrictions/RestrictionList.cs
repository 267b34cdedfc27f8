namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>
/// A list of restrictions: the value of a parameter, of a restriction class, or the right-hand side of an access table. Asked in order
/// until one decides. Immutable after it is parsed; shared by all sessions.
/// </summary>
internal sealed class RestrictionList
{
    /// <summary>How deep lists may lie in each other: tables can lead from one to the next in a circle.</summary>
    private const int MaxDepth = 100;

    private readonly IReadOnlyList<RestrictionEntry> _entries;

    public RestrictionList(IReadOnlyList<RestrictionEntry> entries, bool stopsRelaying)
    {
        _entries = entries;
        StopsRelaying = stopsRelaying;
    }

    /// <summary>True if there is nothing to ask.</summary>
    public bool IsEmpty => _entries.Count == 0;

    /// <summary>True if a restriction in it keeps strangers from relaying.</summary>
    public bool StopsRelaying { get; }

    /// <summary>Whether it permits, for a list that decides about something else than whether the request is served: nothing is logged of that.</summary>
    public async ValueTask<bool> PermitsAsync(AccessRequest request, CancellationToken cancel)
    {
        request.LogsPermits = false;
        var verdict = await CheckAsync(request, cancel);
        request.LogsPermits = true;
        return verdict.IsPermit;
    }

    /// <summary>The first decision, or <see cref="Verdict.Dunno"/>.</summary>
    public async ValueTask<Verdict> CheckAsync(AccessRequest request, CancellationToken cancel)
    {
        if (request.Depth >= MaxDepth) return Verdict.Misconfigured($"restrictions for {request.SubjectText} cause unreasonable recursion");
        request.Depth++;
        var warnedBefore = request.WarnsOnly;
        var verdict = Verdict.Dunno;
        foreach (var entry in _entries)
        {
            // Whatever is discarded has been decided about.
            if (request.Actions.IsDiscarded) break;
            request.WarnsOnly = warnedBefore || entry.WarnsOnly;
            verdict = request.Weigh(await entry.Restriction.CheckAsync(request, cancel));
            if (verdict.IsDecided || (request.DeferIfPermit is not null && request.DeferIfReject is not null)) break;
        }
        request.WarnsOnly = warnedBefore;
        request.Depth--;
        return verdict;
    }
}
