using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Turns the outcome of a delivery into what the store keeps, the lines of the log, and the reports to the sender. A failure and its
/// report are one transaction, so that neither is forgotten.
/// </summary>
internal sealed class OutcomeRecorder(QueueServices services)
{
    private const string MayBeSentAgain = " -- message may be sent more than once";

    private static readonly int[] OnlyFirst = [0];

    private readonly DelayWarnings _warnings = new(services);

    /// <summary>Hands the result to the store. Returns when it is handed over, not when it is written.</summary>
    public ValueTask RecordAsync(Delivery delivery, MessageContent content, DeliveryOutcome outcome)
    {
        var verdict = Judge(delivery.Entry, outcome);
        if (verdict.Hold is null)
            foreach (var deferred in verdict.Deferred) delivery.StaysUntil(deferred.Due);
        if (verdict.Reports.Count > 0) return RecordWithReportsAsync(delivery, content, verdict);
        Record(delivery, verdict, null, []);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// What the sender is to be told waits in the store for what becomes of other recipients (<see cref="CollectedReports"/>), unless these
    /// are all that are left. A warning that mail is late is about all of them anyway.
    /// </summary>
    private async ValueTask RecordWithReportsAsync(Delivery delivery, MessageContent content, Verdict verdict)
    {
        var reports = new PreparedReports(services);
        var isAll = delivery.Entry.IsWholeMessage;
        try
        {
            foreach (var request in verdict.Reports)
            {
                var complete = request with { Content = content };
                if (request.Kind != ReportKind.Delay)
                {
                    if (isAll) await reports.AddAsync(complete).ConfigureAwait(false);
                }
                else if (await _warnings.TryBeginAsync(delivery.Entry, request.Outcomes).ConfigureAwait(false) is { } late)
                {
                    reports.IsWarning = true;
                    await reports.AddAsync(complete with { Outcomes = late }).ConfigureAwait(false);
                }
            }
            Record(delivery, verdict, reports, isAll ? [] : ToCollect(verdict));
        }
        catch (Exception e)
        {
            services.Log.Error($"{delivery.Entry.Message.QueueId}: cannot report to the sender, will try again: {e}");
            reports.Abandon();
            if (reports.IsWarning) _warnings.End(delivery.Entry.Message.Id);
            Record(delivery, verdict, null, ToCollect(verdict));
        }
    }

    private static IReadOnlyList<UnreportedOutcome> ToCollect(Verdict verdict) =>
        [.. verdict.Reports.Where(r => r.Kind != ReportKind.Delay)
            .SelectMany(r => r.Outcomes.Select(o => new UnreportedOutcome(r.Kind, o)))];

    private void Record(Delivery delivery, Verdict verdict, PreparedReports? reports, IReadOnlyList<UnreportedOutcome> unreported)
    {
        var entry = delivery.Entry;
        services.Store.Record(new DeliveryRecord(entry.Message.Id, verdict.Done, verdict.Deferred)
        {
            FinishesMessage = entry.IsWholeMessage && verdict.Deferred.Count == 0 && unreported.Count == 0,
            Reports = reports?.Messages ?? [],
            Unreported = unreported,
            MarksWarned = reports is { IsWarning: true },
            HoldsMessage = verdict.Hold is not null,
            Recorded = (_, hasLeft) =>
            {
                reports?.HandOver(entry.Message.QueueId);
                if (reports is { IsWarning: true }) _warnings.End(entry.Message.Id);
                if (verdict.Hold is { } parameter) services.Log.Info($"{entry.Message.QueueId}: placed on hold ({parameter})");
                delivery.Recorded(hasLeft);
                if (unreported.Count > 0) services.Queue.Tell(OutcomesUnreported.Instance);
            },
        });
    }

    /// <summary>Decides and logs.</summary>
    private Verdict Judge(QueueEntry entry, DeliveryOutcome outcome)
    {
        var now = services.Time.GetUtcNow();
        var configuration = services.Configuration;
        Span<byte> buffer = stackalloc byte[OutcomeLog.DelaysLength];
        var program = configuration.LogOf(outcome.LoggedAs ?? entry.Destination.Transport, services.Log);
        var log = new OutcomeLog(program, entry, outcome, now, configuration.DelayResolution, buffer);
        if (outcome.SentAgain > 0) services.Statistics.CountInDoubt(outcome.SentAgain);
        if (entry.Message.Trace == DeliveryTrace.Verify) return JudgeProbe(entry, outcome, log, now);
        if (IsDelivered(entry, outcome))
        {
            foreach (var recipient in outcome.Recipients) log.Write(recipient, recipient.Status, "sent", recipient.Reason);
            services.Statistics.CountDelivered(outcome.Recipients.Count);
            return new Verdict(NumbersOf(entry), [], ReportPlan.ForDelivered(entry.Message, outcome, configuration.ConfirmsDelayCleared, now));
        }
        return Sort(entry, outcome, now, configuration, log);
    }

    /// <summary>Nothing was to be delivered: whatever the result, the sender gets to know it and the message goes.</summary>
    private static Verdict JudgeProbe(QueueEntry entry, DeliveryOutcome outcome, OutcomeLog log, DateTimeOffset now)
    {
        var results = new RecipientOutcome[entry.Recipients.Count];
        for (var i = 0; i < results.Length; i++)
        {
            var result = results[i] = ResultFor(entry.Recipients[i], i, outcome);
            log.Write(result, result.Status, result.Action == DeliveryAction.Delivered ? "deliverable" : "undeliverable", result.Reason);
        }
        return new Verdict(NumbersOf(entry), [], [new ReportRequest(ReportKind.Trace, entry.Message, results, null, now)]);
    }

    private Verdict Sort(QueueEntry entry, DeliveryOutcome outcome, DateTimeOffset now, QueueConfiguration configuration, OutcomeLog log)
    {
        var done = new List<int>();
        var deferred = new List<DeferredRecipient>();
        var plan = new ReportPlan(entry.Message, configuration.ConfirmsDelayCleared);
        var isExpired = entry.Message.IsExpired || configuration.Backoff.IsExpired(entry.Message, now);
        var expired = 0;
        string? holds = null;
        for (var i = 0; i < entry.Recipients.Count; i++)
        {
            var recipient = entry.Recipients[i];
            var result = Final(ResultFor(recipient, i, outcome), outcome, configuration);
            var kept = Log(result, log, configuration.IsSoftBounce);
            if (kept is not null && !isExpired)
            {
                var attempts = recipient.Attempts + 1;
                var inDoubt = recipient.InDoubt + DoubtsOf(result, outcome);
                deferred.Add(new DeferredRecipient(recipient.Number, entry.Destination,
                    configuration.Backoff.NextAttempt(entry.Message, attempts, now), attempts, kept.Reason, kept.Status)
                {
                    InDoubt = inDoubt,
                });
                if (result.Action == DeliveryAction.InDoubt) holds ??= WhyHeld(inDoubt, configuration);
                plan.Deferred(kept);
                continue;
            }
            done.Add(recipient.Number);
            if (result.Action == DeliveryAction.Delivered)
            {
                plan.Delivered(result);
                continue;
            }
            plan.Failed((kept ?? result) with { Action = DeliveryAction.Failed });
            services.Statistics.CountBounced();
            if (kept is not null) expired++;
        }
        if (expired > 0)
        {
            services.Statistics.CountExpired(expired);
            var status = entry.Message.IsExpired ? "force-expired" : "expired";
            services.Log.Info($"{entry.Message.QueueId}: from=<{entry.Message.Sender}>, status={status}, returned to sender");
        }
        return new Verdict(done, deferred, plan.Requests(now)) { Hold = holds };
    }

    /// <summary>How many sendings of one attempt are in doubt.</summary>
    private static int DoubtsOf(RecipientOutcome result, DeliveryOutcome outcome) =>
        result.Action != DeliveryAction.InDoubt ? 0 : outcome.SentAgain > 0 ? 2 : 1;

    /// <summary>The parameter because of which mail in doubt is held; null if it is to be sent again.</summary>
    private static string? WhyHeld(int inDoubt, QueueConfiguration configuration)
    {
        if (configuration.InDoubtAction == InDoubtAction.Hold) return QueueParameters.InDoubtAction.Name;
        return inDoubt > configuration.InDoubtRetries ? QueueParameters.InDoubtRetries.Name : null;
    }

    /// <summary>What has been in doubt too often counts as delivered where the operator wants that.</summary>
    private RecipientOutcome Final(RecipientOutcome result, DeliveryOutcome outcome, QueueConfiguration configuration)
    {
        if (result.Action != DeliveryAction.InDoubt || configuration.InDoubtAction == InDoubtAction.Hold) return result;
        var isFinal = result.Recipient.InDoubt + DoubtsOf(result, outcome) > configuration.InDoubtRetries;
        if (!isFinal || configuration.InDoubtFinalAction != InDoubtFinalAction.Delivered) return result;
        services.Statistics.CountInDoubt(1);
        var reason = result.Reason.Replace(MayBeSentAgain, "", StringComparison.Ordinal);
        return result with
        {
            Action = DeliveryAction.Delivered,
            Status = new EnhancedStatus(2, 0, 0),
            Reason = $"{reason} -- taken for delivered ({QueueParameters.InDoubtFinalAction.Name})",
        };
    }

    /// <summary>Logs and counts one recipient. Returns the outcome with which it is kept, null if it is not.</summary>
    private RecipientOutcome? Log(RecipientOutcome result, OutcomeLog log, bool isSoftBounce)
    {
        var kept = result;
        switch (result.Action)
        {
            case DeliveryAction.Delivered:
                services.Statistics.CountDelivered(1);
                log.Write(result, result.Status, "sent", result.Reason);
                return null;
            case DeliveryAction.Failed when !isSoftBounce:
                log.Write(result, result.Status, "bounced", result.Reason);
                return null;
            case DeliveryAction.Failed:
                kept = result with { Status = result.Status.WithClass(4) };
                log.Write(kept, kept.Status, "SOFTBOUNCE", kept.Reason);
                break;
            case DeliveryAction.InDoubt:
                services.Statistics.CountInDoubt(1);
                kept = result with { Reason = InDoubtReason(result.Reason) };
                log.Write(kept, kept.Status, "deferred", kept.Reason);
                break;
            default:
                log.Write(result, result.Status, "deferred", result.Reason);
                break;
        }
        services.Statistics.CountDeferred();
        return kept;
    }

    private static string InDoubtReason(string reason) =>
        reason.Contains(MayBeSentAgain, StringComparison.Ordinal) ? reason : reason + MayBeSentAgain;

    /// <summary>An agent owes an outcome for each recipient. Where one is missing, the recipient must not be forgotten with it.</summary>
    private static RecipientOutcome ResultFor(QueuedRecipient recipient, int place, DeliveryOutcome outcome)
    {
        var results = outcome.Recipients;
        if (place < results.Count && results[place].Recipient.Number == recipient.Number) return results[place];
        foreach (var result in results)
            if (result.Recipient.Number == recipient.Number) return result;
        return new RecipientOutcome(recipient, DeliveryAction.Deferred, new EnhancedStatus(4, 3, 0), "unknown mail transport error");
    }

    private static bool IsDelivered(QueueEntry entry, DeliveryOutcome outcome)
    {
        if (outcome.Recipients.Count != entry.Recipients.Count) return false;
        for (var i = 0; i < outcome.Recipients.Count; i++)
        {
            var result = outcome.Recipients[i];
            if (result.Action != DeliveryAction.Delivered || result.Recipient.Number != entry.Recipients[i].Number) return false;
        }
        return true;
    }

    private static int[] NumbersOf(QueueEntry entry)
    {
        var recipients = entry.Recipients;
        if (recipients.Count == 1 && recipients[0].Number == 0) return OnlyFirst;
        var numbers = new int[recipients.Count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = recipients[i].Number;
        return numbers;
    }

    private readonly record struct Verdict(
        IReadOnlyList<int> Done, IReadOnlyList<DeferredRecipient> Deferred, IReadOnlyList<ReportRequest> Reports)
    {
        /// <summary>The parameter because of which the whole message is held; null if it is not.</summary>
        public string? Hold { get; init; }
    }
}
