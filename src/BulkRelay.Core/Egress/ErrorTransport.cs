using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Egress;

/// <summary>
/// Delivers nothing, for services with the command <c>error</c>. The nexthop is the reason, with an optional status in front
/// (<c>retry:4.4.1 Service unavailable</c>). The service <c>retry</c> defers, every other one fails; a status of the other class does
/// not change that, it is replaced (see Postfix's error(8)).
/// </summary>
public sealed class ErrorTransport(string name, TimeProvider time) : ITransport
{
    /// <summary>The service that defers.</summary>
    public const string RetryService = "retry";

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public IDeliveryAgent CreateAgent(DestinationKey destination)
    {
        var action = Name == RetryService ? DeliveryAction.Deferred : DeliveryAction.Failed;
        var statusClass = action == DeliveryAction.Deferred ? 4 : 5;
        var hasStatus = EnhancedStatus.TryParse(destination.Nexthop, out var status, out var length);
        var text = hasStatus ? destination.Nexthop[length..].TrimStart(' ') : destination.Nexthop;
        if (!hasStatus || status.Class != statusClass) status = new EnhancedStatus(statusClass, 0, 0);
        return new FixedOutcomeAgent(action, status, text, time);
    }
}
