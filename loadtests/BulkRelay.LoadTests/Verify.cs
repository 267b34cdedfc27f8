using System.Globalization;
using System.Net;
using BulkRelay.Server.Sink;

namespace BulkRelay.LoadTests;

/// <summary>
/// <c>verify RELAY SINK [MESSAGES] [DOMAIN]</c>: sends mail through a relay that delivers to SINK, where this listens meanwhile, and
/// compares what arrives with what was sent. Both are ADDRESS:PORT; any relay will do.
/// </summary>
internal static class Verify
{
    private const int Sessions = 20;

    public static async Task RunAsync(string[] args)
    {
        var messages = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 2000;
        var domain = args.Length > 3 ? args[3] : "dest.test";
        var arrivals = new Arrivals();
        await using var sink = new SinkServer(new SinkOptions { Listen = IPEndPoint.Parse(args[1]) }, TimeProvider.System, arrivals.Keep);
        var taken = arrivals.TakeAsync(messages);
        await SmtpLoad.SendAsync(IPEndPoint.Parse(args[0]), [.. Enumerable.Range(0, messages).Select(n => $"u{n}@{domain}")], Sessions);
        await taken;
        arrivals.Report();
    }
}
