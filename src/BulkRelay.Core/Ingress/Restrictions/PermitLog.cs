using BulkRelay.Core.Configuration.Matching;
using BulkRelay.Core.Configuration.Parameters;

namespace BulkRelay.Core.Ingress.Restrictions;

/// <summary>Writes down what permits, where the operator wants to know (<c>smtpd_log_access_permit_actions</c>); refusals are always written down.</summary>
internal sealed class PermitLog(RestrictionSetup setup)
{
    private readonly StringMatchList _actions =
        setup.Words(SmtpdParameters.LogAccessPermitActions.Name, setup.Snapshot.Get(SmtpdParameters.LogAccessPermitActions));

    /// <summary>True if nothing is ever written.</summary>
    public bool IsEmpty => _actions.IsEmpty;

    /// <summary>Something was permitted. Not written where that is overruled already.</summary>
    /// <param name="request">What was decided about.</param>
    /// <param name="action">The restriction that permits, or the right-hand side of a table.</param>
    /// <param name="target">What it permits.</param>
    /// <param name="table">Where the action stands; null for a restriction.</param>
    /// <param name="cancel">Ends the lookup.</param>
    public async ValueTask NoteAsync(AccessRequest request, string action, AccessTarget target, string? table, CancellationToken cancel)
    {
        if (IsEmpty || !request.LogsPermits || request.DeferIfPermit is not null) return;
        var match = await _actions.MatchAsync(action, cancel);
        if (match.Failure is not null) request.Log.Warning($"{SmtpdParameters.LogAccessPermitActions.Name}: {match.Failure}");
        var source = table is null ? "" : $"from {table}";
        if (match.IsMatch) request.Note("permit", $"action={action} for {target.Class}={target.Name} {source}");
    }
}
