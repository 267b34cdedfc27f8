using System.Collections.Concurrent;
using BulkRelay.Core.Queue.Store;

namespace BulkRelay.Core.Queue;

/// <summary>
/// Tells a sender in one report what became of a message with several destinations, as Postfix does: outcomes gather in the store
/// (<see cref="DeliveryRecord.Unreported"/>) until no recipient of the message is being tried or due, but no longer than a few minutes.
/// The report and the forgetting of what it reports are one transaction, so that each outcome is reported, and once.
/// </summary>
internal sealed class CollectedReports(QueueServices services)
{
    /// <summary>How long outcomes wait for those of other recipients.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private const int PageSize = 500;

    /// <summary>The most outcomes of one report: it is built in memory.</summary>
    private const int MostOutcomes = 5000;

    /// <summary>Messages whose report is on its way into the store: until it is there, the outcomes are there too.</summary>
    private readonly ConcurrentDictionary<long, byte> _underWay = new();

    private Dictionary<long, DateTimeOffset> _waitingSince = [];

    /// <summary>Makes all reports that are due. Not to be called again before it ends. True if there is more to report later.</summary>
    public async Task<bool> RunAsync()
    {
        // In this order: what is not in hand by now has its outcome in the store.
        var inHand = services.Claims.ActiveMessages();
        var now = services.Time.GetUtcNow();
        var waiting = new Dictionary<long, DateTimeOffset>();
        IReadOnlyList<long> ids;
        for (var after = 0L; ; after = ids[^1])
        {
            ids = await services.Store.ReadUnreportedMessagesAsync(after, PageSize, services.HardStop).ConfigureAwait(false);
            foreach (var id in ids)
            {
                var since = _waitingSince.GetValueOrDefault(id, now);
                var isLate = now - since >= Patience;
                var isReady = isLate || !inHand.Contains(id);
                if (!isReady || !await TryReportAsync(id, now, isLate).ConfigureAwait(false)) waiting.Add(id, since);
            }
            if (ids.Count < PageSize) break;
        }
        _waitingSince = waiting;
        return waiting.Count > 0;
    }

    /// <summary>Another process has had the store: what was on its way into it may never arrive.</summary>
    public void Forget() => _underWay.Clear();

    /// <summary>False if there is more to come soon, or the report cannot be made now.</summary>
    private async ValueTask<bool> TryReportAsync(long messageId, DateTimeOffset now, bool isLate)
    {
        if (!_underWay.TryAdd(messageId, 0)) return false;
        var reports = new PreparedReports(services);
        try
        {
            var found = await services.Store.ReadUnreportedAsync(messageId, now, MostOutcomes, services.HardStop).ConfigureAwait(false);
            if (found is { HasDue: true } && !isLate) return !_underWay.TryRemove(messageId, out _);
            if (found is null) return _underWay.TryRemove(messageId, out _);
            var content = await services.Store.ReadContentAsync(messageId, services.HardStop).ConfigureAwait(false);
            foreach (var kind in found.Outcomes.GroupBy(unreported => unreported.Kind))
                await reports.AddAsync(new ReportRequest(kind.Key, found.Envelope, [.. kind.Select(u => u.Outcome)], content, now))
                    .ConfigureAwait(false);
            Record(found, reports);
            return found.Outcomes.Count < MostOutcomes;
        }
        catch (Exception e)
        {
            reports.Abandon();
            _underWay.TryRemove(messageId, out _);
            if (!services.HardStop.IsCancellationRequested)
                services.Log.Error($"message {messageId}: cannot report to the sender, will try again: {e}");
            return false;
        }
    }

    private void Record(UnreportedMessage message, PreparedReports reports)
    {
        var (id, queueId) = (message.Envelope.Id, message.Envelope.QueueId);
        services.Store.Record(new DeliveryRecord(id, [], [])
        {
            Reported = message.Outcomes,
            Reports = reports.Messages,
            Recorded = (record, hasLeft) =>
            {
                _underWay.TryRemove(record.MessageId, out _);
                reports.HandOver(queueId);
                if (hasLeft) services.Log.Info($"{queueId}: removed");
            },
        });
    }
}
