using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Swallows mail as if it had been delivered, for services with the command <c>discard</c>. The nexthop is logged as the reason.
/// </summary>
public sealed class DiscardTransport(string name, TimeProvider time) : ITransport
{
    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public IDeliveryAgent CreateAgent(DestinationKey destination) =>
        new FixedOutcomeAgent(DeliveryAction.Delivered, new EnhancedStatus(2, 0, 0), destination.Nexthop, time);
}
