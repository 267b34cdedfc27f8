using System.Globalization;
using BulkRelay.Server.Admin;

namespace BulkRelay.Server.Demo;

/// <summary>One moment of the demonstration.</summary>
internal sealed record DemoFigures(TimeSpan Elapsed, int Total, int Accepted, int Delivered, int AcceptRate, int DeliverRate, RelayStatus Status)
{
    /// <summary>The moment as one line, for output that is not a terminal.</summary>
    public string ToLine()
    {
        var windows = string.Join(' ', Status.Destinations.Select(d => string.Create(CultureInfo.InvariantCulture, $"{d.Destination} {d.InFlight}/{d.Window}")));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Elapsed.TotalSeconds,6:0.0} s  accepted {Accepted,7:N0} ({AcceptRate,6:N0}/s)  delivered {Delivered,7:N0} ({DeliverRate,6:N0}/s)  queued {Status.Queued,6:N0}  {windows}");
    }
}
