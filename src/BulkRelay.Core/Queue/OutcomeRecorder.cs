using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Turns the outcome of a delivery into what the store keeps, the lines of the log, and the report to the sender. A failure and its
/// report are one transaction, so that neither is forgotten.
/// </summary>
internal sealed class OutcomeRecorder(QueueServices services)
{
    private static readonly int[] OnlyFirst = [0];

    /// <summary>Hands the result to the store. Returns when it is handed over, not when it is written.</summary>
    public ValueTask RecordAsync(Delivery delivery, MessageContent content, DeliveryOutcome outcome)
    {
        var verdict = Judge(delivery.Entry, outcome);
        foreach (var deferred in verdict.Deferred) delivery.StaysUntil(deferred.Due);
        if (verdict.Failed.Count > 0) return RecordFailureAsync(delivery, content, verdict);
        Record(delivery, verdict, null);
        return ValueTask.CompletedTask;
    }

    private async ValueTask RecordFailureAsync(Delivery delivery, MessageContent content, Verdict verdict)
    {
        try
        {
            NewMessage? report = null;
            if (services.BuildReport(delivery.Entry.Message, verdict.Failed, content, services.Time.GetUtcNow()) is { } incoming)
                report = await services.Intake.PrepareAsync(incoming, services.HardStop).ConfigureAwait(false);
            Record(delivery, verdict, report);
        }
        catch (Exception e)
        {
            services.Log.Error($"{delivery.Entry.Message.QueueId}: cannot report to the sender, will try again: {e}");
            Record(delivery, KeepFailed(delivery, verdict), null);
        }
    }

    /// <summary>What failed stays in the queue: without its report it must not leave.</summary>
    private Verdict KeepFailed(Delivery delivery, Verdict verdict)
    {
        var entry = delivery.Entry;
        var due = services.Configuration.Backoff.NextAttempt(entry.Message, 0, services.Time.GetUtcNow());
        delivery.StaysUntil(due);
        var kept = verdict.Failed.Select(f =>
            new DeferredRecipient(f.Recipient.Number, entry.Destination, due, f.Recipient.Attempts + 1, f.Reason, f.Status)).ToList();
        return new Verdict([.. verdict.Done.Where(number => kept.All(k => k.Number != number))], [.. verdict.Deferred, .. kept], []);
    }

    private void Record(Delivery delivery, Verdict verdict, NewMessage? report)
    {
        var entry = delivery.Entry;
        services.Store.Record(new DeliveryRecord(entry.Message.Id, verdict.Done, verdict.Deferred)
        {
            FinishesMessage = entry.IsWholeMessage && verdict.Deferred.Count == 0,
            Report = report,
            Recorded = (record, hasLeft) =>
            {
                if (record.Report is { } stored)
                {
                    services.BounceLog.Info($"{entry.Message.QueueId}: sender non-delivery notification: {stored.Envelope.QueueId}");
                    services.Intake.HandOver(stored);
                }
                delivery.Recorded(hasLeft);
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
        if (IsDelivered(entry, outcome))
        {
            foreach (var recipient in outcome.Recipients) log.Write(recipient, recipient.Status, "sent", recipient.Reason);
            services.Statistics.CountDelivered(outcome.Recipients.Count);
            return new Verdict(NumbersOf(entry), [], []);
        }
        return Sort(entry, outcome, now, configuration, log);
    }

    private Verdict Sort(QueueEntry entry, DeliveryOutcome outcome, DateTimeOffset now, QueueConfiguration configuration, OutcomeLog log)
    {
        var done = new List<int>();
        var deferred = new List<DeferredRecipient>();
        var failed = new List<RecipientOutcome>();
        var isExpired = configuration.Backoff.IsExpired(entry.Message, now);
        var expired = 0;
        for (var i = 0; i < entry.Recipients.Count; i++)
        {
            var recipient = entry.Recipients[i];
            var result = ResultFor(recipient, i, outcome);
            var kept = Log(result, log, configuration.IsSoftBounce);
            if (kept is not null && !isExpired)
            {
                var attempts = recipient.Attempts + 1;
                deferred.Add(new DeferredRecipient(recipient.Number, entry.Destination,
                    configuration.Backoff.NextAttempt(entry.Message, attempts, now), attempts, kept.Reason, kept.Status));
                continue;
            }
            done.Add(recipient.Number);
            if (result.Action == DeliveryAction.Delivered) continue;
            failed.Add((kept ?? result) with { Action = DeliveryAction.Failed });
            services.Statistics.CountBounced();
            if (kept is not null) expired++;
        }
        if (expired > 0)
        {
            services.Statistics.CountExpired(expired);
            services.Log.Info($"{entry.Message.QueueId}: from=<{entry.Message.Sender}>, status=expired, returned to sender");
        }
        return new Verdict(done, deferred, failed);
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
                services.Statistics.CountInDoubt();
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

    private static string InDoubtReason(string reason)
    {
        const string Note = "message may be sent more than once";
        return reason.Contains(Note, StringComparison.Ordinal) ? reason : $"{reason} -- {Note}";
    }

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
        IReadOnlyList<int> Done, IReadOnlyList<DeferredRecipient> Deferred, IReadOnlyList<RecipientOutcome> Failed);
}
