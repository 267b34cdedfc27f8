using BulkRelay.Core.Queue.Routing;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Queue;

/// <summary>
/// One delivery under way: content, agent, outcome, record. It runs on the thread pool and ends by itself, whatever becomes of the
/// destination's actor: the result is recorded, the slot comes back, and the claims fall once the result is in the store. When it is over
/// it is itself the message that tells the destination what it met.
/// </summary>
/// <param name="entry">What to deliver, claimed.</param>
/// <param name="agent">Who delivers, with a slot; null for mail that is deferred without a delivery.</param>
/// <param name="destination">Where it is counted.</param>
/// <param name="services">The queue.</param>
internal sealed class Delivery(QueueEntry entry, PooledAgent? agent, DestinationState destination, QueueServices services)
    : IThreadPoolWorkItem, IUndeliverable
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(5);

    private DateTimeOffset _nextDue = DateTimeOffset.MaxValue;

    /// <summary>Held as long as the delivery lasts: others of the same message share what it read.</summary>
    private Task<MessageContent?>? _sharedRead;

    public QueueEntry Entry { get; } = entry;

    /// <summary>Who delivered; null if nobody did.</summary>
    public PooledAgent? Agent => agent;

    /// <summary>It came to an end by itself: the site has answered, or it is in <see cref="Trouble"/>.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>The trouble with the site, whatever the mail; null if there was none.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The status of <see cref="Trouble"/>.</summary>
    public EnhancedStatus SiteStatus { get; private set; }

    /// <summary>Why the mail is deferred without a delivery, if it is.</summary>
    public Closure? Refusal { get; init; }

    /// <inheritdoc/>
    public void Execute() => _ = RunAsync();

    /// <summary>For the record: recipients stay with this destination, the first of them due then.</summary>
    public void StaysUntil(DateTimeOffset due)
    {
        if (due < _nextDue) _nextDue = due;
    }

    /// <summary>The result is in the store. Runs on the store's thread.</summary>
    public void Recorded(bool hasLeft)
    {
        services.DropActive(Entry);
        destination.Record(new RecordedDelivery(Entry.Message.QueueId, Entry.Recipients.Count, hasLeft, _nextDue));
    }

    /// <summary>The destination's actor is gone: its successor gets to know it.</summary>
    public void GiveBack(QueueServices queue) => queue.Queue.Tell(this);

    private async Task RunAsync()
    {
        try
        {
            await DeliverAndRecordAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Without a record the claims stay: better not delivered until the next start than delivered twice.
            services.Log.Error($"{Entry.Message.QueueId}: the result of a delivery cannot be recorded: {e}");
        }
        finally
        {
            _sharedRead = null;
            if (agent is not null) destination.Report(this);
        }
    }

    private async ValueTask DeliverAndRecordAsync()
    {
        var content = Entry.Content ?? await ReadContentAsync().ConfigureAwait(false);
        if (content is null)
        {
            // Nothing was tried, so nothing is recorded: the store is as it was.
            Recorded(hasLeft: false);
            return;
        }
#if MUTANT_RECORD_BEFORE_SINK_250
        var guess = Entry.Recipients.Select(r => new RecipientOutcome(r, DeliveryAction.Delivered, new EnhancedStatus(2, 0, 0), "250 not waited for"));
        await services.Recorder.RecordAsync(this, content, new DeliveryOutcome([.. guess])).ConfigureAwait(false);
        if (agent is not null) await DeliverAsync(content, agent).ConfigureAwait(false);
#else
        var result = Entry.Message.IsExpired ? Expired() : agent is null ? Refused() : await DeliverAsync(content, agent).ConfigureAwait(false);
        if (result is { } outcome)
            await services.Recorder.RecordAsync(this, content, outcome).ConfigureAwait(false);
#endif
    }

    /// <summary>The outcome; null if a hard stop cut the delivery off, so that nothing is known and nothing may be recorded.</summary>
    private async ValueTask<DeliveryOutcome?> DeliverAsync(MessageContent content, PooledAgent agent)
    {
        try
        {
            var outcome = await agent.Agent.DeliverAsync(new DeliveryRequest(Entry, content), services.HardStop).ConfigureAwait(false);
            (IsAnswered, Trouble, SiteStatus) = (true, outcome.SiteTrouble, outcome.SiteStatus);
            destination.Transport.Succeed();
            return outcome;
        }
        catch (OperationCanceledException) when (services.HardStop.IsCancellationRequested)
        {
            agent.IsFaulted = true;
            return null;
        }
        catch (Exception e)
        {
            agent.IsFaulted = true;
            services.Log.Error($"transport {agent.Transport.Name}: a delivery agent failed: {e}");
            return Deferred(new EnhancedStatus(4, 3, 0), "unknown mail transport error");
        }
    }

    /// <summary>
    /// Null if the message is not in the queue any more, or the store cannot be read: then the destination looks again soon.
    /// </summary>
    private async ValueTask<MessageContent?> ReadContentAsync()
    {
        try
        {
            if (Entry.Message.Size < LargeContents.Least)
                return await services.Store.ReadContentAsync(Entry.Message.Id, services.HardStop).ConfigureAwait(false);
            _sharedRead = services.LargeContents.ReadAsync(Entry.Message.Id,
                () => services.Store.ReadContentAsync(Entry.Message.Id, services.HardStop).AsTask());
            return await _sharedRead.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            services.Log.Warning($"{Entry.Message.QueueId}: cannot read the content from the queue: {e.Message}");
            StaysUntil(services.Time.GetUtcNow() + ReadAgainAfter);
            return null;
        }
    }

    /// <summary>As in Postfix, the service that says no in the place of the transport is <c>retry</c>.</summary>
    private DeliveryOutcome? Refused() =>
        Refusal is null ? null : Deferred(Refusal.Status, Refusal.Reason) with { LoggedAs = Hop.RetryTransport };

    /// <summary>The operator wants no attempt any more. The sender is told the reason of the last one, if there was one.</summary>
    private DeliveryOutcome Expired() => new DeliveryOutcome([.. Entry.Recipients.Select(r => r.Reason.Length > 0
        ? new RecipientOutcome(r, DeliveryAction.Deferred, r.Status, r.Reason)
        : new RecipientOutcome(r, DeliveryAction.Deferred, new EnhancedStatus(4, 7, 0), DestinationKey.Expired.Nexthop))])
        with
    { LoggedAs = Hop.RetryTransport };

    private DeliveryOutcome Deferred(EnhancedStatus status, string reason) =>
        new([.. Entry.Recipients.Select(r => new RecipientOutcome(r, DeliveryAction.Deferred, status, reason))]);
}
