using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>Gives every recipient the same outcome, without going anywhere.</summary>
internal sealed class FixedOutcomeAgent(DeliveryAction action, EnhancedStatus status, string reason, TimeProvider time) : IDeliveryAgent
{
    public Task<DeliveryOutcome> DeliverAsync(DeliveryRequest request, CancellationToken cancel) =>
        Task.FromResult(new DeliveryOutcome([.. request.Entry.Recipients.Select(r => new RecipientOutcome(r, action, status, reason))])
        {
            Began = time.GetUtcNow(),
        });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
