using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Routing;

namespace BulkRelay.Core.Queue;

/// <summary>
/// All that a reload changes for the queue, swapped as one: parameters, routing, and the transports of <c>master.cf</c> by name.
/// </summary>
public sealed class QueueConfiguration(
    ConfigSnapshot snapshot, RouteRecipient route, IReadOnlyDictionary<string, TransportService> transports)
{
    /// <summary>The parameters.</summary>
    public ConfigSnapshot Snapshot { get; } = snapshot;

    /// <summary>Routes a recipient, at intake and again for each attempt.</summary>
    public RouteRecipient Route { get; } = route;

    /// <summary>The transports by the name of their service.</summary>
    public IReadOnlyDictionary<string, TransportService> Transports { get; } = transports;

    internal BackoffPolicy Backoff { get; } = BackoffPolicy.From(snapshot);

    internal ActiveLimits ActiveLimits { get; } = ActiveLimits.From(snapshot);

    internal long ContentMemoryLimit { get; } = snapshot.Get(QueueParameters.ContentMemoryLimit);

    internal bool IsSoftBounce { get; } = snapshot.Get(QueueParameters.SoftBounce);

    internal int DelayResolution { get; } = snapshot.Get(QueueParameters.DelayLoggingResolutionLimit);

    /// <summary>The most recipients in one delivery of a transport; 0 for no limit.</summary>
    internal int RecipientLimit(string transport) => Snapshot.Get(transport, TransportParameters.DestinationRecipientLimit);

    /// <summary>The concurrency with which destinations of a transport work.</summary>
    internal ConcurrencyWindow ConcurrencyOf(string transport) => new(
        Snapshot.Get(transport, TransportParameters.InitialDestinationConcurrency),
        Snapshot.Get(transport, TransportParameters.DestinationConcurrencyLimit));

    /// <summary>The log of a transport; that of the queue for mail whose transport is gone.</summary>
    internal ServiceLog LogOf(string transport, ServiceLog fallback) =>
        Transports.TryGetValue(transport, out var service) ? service.Log : fallback;
}
