namespace BulkRelay.Core.Queue;

/// <summary>
/// What a sender is to be told of one attempt, by RFC 3461 and as Postfix does it: collects outcomes by the kind of report that they go
/// into.
/// </summary>
internal sealed class ReportPlan(MessageEnvelope message, bool confirmsCleared)
{
    private readonly List<RecipientOutcome> _failed = [];
    private readonly List<RecipientOutcome> _deferred = [];
    private readonly List<RecipientOutcome> _delivered = [];
    private readonly List<RecipientOutcome> _traced = [];

    /// <summary>The reports after a delivery that reached every recipient: as a rule none, and then nothing is allocated.</summary>
    public static IReadOnlyList<ReportRequest> ForDelivered(
        MessageEnvelope message, DeliveryOutcome outcome, bool confirmsCleared, DateTimeOffset now)
    {
        ReportPlan? plan = null;
        for (var i = 0; i < outcome.Recipients.Count; i++)
        {
            var recipient = outcome.Recipients[i];
            if (Traces(message, recipient) || TellsSuccess(message, recipient, confirmsCleared))
                (plan ??= new ReportPlan(message, confirmsCleared)).Delivered(recipient);
        }
        return plan is null ? [] : plan.Requests(now);
    }

    /// <summary>A recipient was delivered.</summary>
    public void Delivered(RecipientOutcome outcome)
    {
        if (Traces(message, outcome)) _traced.Add(outcome);
        else if (TellsSuccess(message, outcome, confirmsCleared)) _delivered.Add(outcome);
    }

    /// <summary>A recipient stays in the queue.</summary>
    public void Deferred(RecipientOutcome outcome)
    {
        _deferred.Add(outcome);
        if (Traces(message, outcome)) _traced.Add(outcome);
    }

    /// <summary>A recipient failed for good.</summary>
    public void Failed(RecipientOutcome outcome)
    {
        _failed.Add(outcome);
        if (Traces(message, outcome)) _traced.Add(outcome);
    }

    /// <summary>The reports, without the content of the message.</summary>
    public IReadOnlyList<ReportRequest> Requests(DateTimeOffset now)
    {
        var requests = new List<ReportRequest>();
        Add(requests, ReportKind.Failure, _failed, now);
        Add(requests, ReportKind.Success, _delivered, now);
        Add(requests, ReportKind.Trace, _traced, now);
        if (DelayWarnings.IsDue(message, now)) Add(requests, ReportKind.Delay, _deferred, now);
        return requests;
    }

    /// <summary>
    /// Where the next hop offers DSN, it is the one who reports a success (RFC 3461 section 5.2.2). After a warning that the message is
    /// late, the all-clear is given with <c>confirm_delay_cleared</c>.
    /// </summary>
    private static bool TellsSuccess(MessageEnvelope message, RecipientOutcome outcome, bool confirmsCleared) =>
        (!outcome.HopSendsReports && outcome.Recipient.IsToldOf(ReportKind.Success))
        || (confirmsCleared && message.IsWarned && outcome.Recipient.IsToldOf(ReportKind.Delay));

    /// <summary>Of the attempts of a recipient only the first is shown.</summary>
    private static bool Traces(MessageEnvelope message, RecipientOutcome outcome) =>
        message.Trace == DeliveryTrace.Record && outcome.Recipient.Attempts == 0;

    private void Add(List<ReportRequest> requests, ReportKind kind, List<RecipientOutcome> outcomes, DateTimeOffset now)
    {
        if (outcomes.Count > 0) requests.Add(new ReportRequest(kind, message, outcomes, null, now));
    }
}
