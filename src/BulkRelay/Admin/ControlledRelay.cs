using BulkRelay.Core;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;

namespace BulkRelay.Server.Admin;

/// <summary>What the control socket asks of the relay.</summary>
/// <param name="Relay">The relay.</param>
/// <param name="Log">The mail log.</param>
/// <param name="SyslogName">What the names of programs stand behind in it.</param>
/// <param name="Status">The figures of <c>bulkrelay status</c>.</param>
/// <param name="Reload">Reads the configuration again.</param>
internal sealed record ControlledRelay(
    Relay Relay, MailLog Log, string SyslogName, Func<CancellationToken, Task<RelayStatus>> Status, Func<ReloadResult> Reload)
{
    /// <summary>The mail log for what an operator does by this program.</summary>
    public ServiceLog LogOf(string program) => Log.Tagged($"{SyslogName}/{program}[{Environment.ProcessId}]");

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
