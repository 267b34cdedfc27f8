using BulkRelay.Core;
using BulkRelay.Core.Queue;

namespace BulkRelay.Server.Admin;

/// <summary>What the control socket asks of the relay.</summary>
/// <param name="Relay">The relay.</param>
/// <param name="Status">The figures of <c>bulkrelay status</c>.</param>
/// <param name="Reload">Reads the configuration again.</param>
internal sealed record ControlledRelay(Relay Relay, Func<CancellationToken, Task<RelayStatus>> Status, Func<ReloadResult> Reload)
{
    /// <summary>What a listing has to know.</summary>
    public async Task<ListingContext> ListingAsync() => Listing(await Relay.QueueStatusAsync());

    /// <summary>What says why a message has not moved.</summary>
    public async Task<QueueExplainer> ExplainerAsync()
    {
        var status = await Relay.QueueStatusAsync();
        return new QueueExplainer(Listing(status), status.Destinations.ToDictionary(d => d.Destination), Relay.Store.IsHealthy, TimeProvider.System.GetUtcNow());
    }

    private ListingContext Listing(QueueStatus status)
    {
        var suspended = status.Destinations.Where(d => d.Suspension is not null);
        return new ListingContext(Relay.ActiveMessages(), suspended.ToDictionary(d => d.Destination, d => d.Suspension!), Relay.Freezes);
    }
}
