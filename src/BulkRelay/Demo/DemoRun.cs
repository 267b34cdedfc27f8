using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BulkRelay.Core.Configuration;
using BulkRelay.Server.SampleMail;
using BulkRelay.Server.Sink;

namespace BulkRelay.Server.Demo;

/// <summary>One run of the demonstration, in a folder of its own that is gone afterwards.</summary>
internal sealed class DemoRun(int messages, int sessions, int? size, TextWriter output, TextWriter error) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long nothing may arrive until it is clear that nothing will: mail that was put off comes again after five minutes only.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly string[] Domains = ["north.test", "south.test", "west.test"];

    private readonly DemoLedger _ledger = new();
    private readonly Stopwatch _clock = new();
    private DemoFigures? _last;

    public void Dispose() => _ledger.Dispose();

    /// <summary>Exit status 0 if every message arrived exactly once, and every octet of it as it was sent.</summary>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("bulkrelay-demo-").FullName;
        var sinks = Domains.Select(_ => new SinkServer(new SinkOptions { Listen = new(IPAddress.Loopback, 0) }, TimeProvider.System, Arrived)).ToList();
        try
        {
            if (await StartAsync(folder, sinks) is not { } host) return 1;
            await using (host)
            {
                var running = CampaignAsync(host, cancel);
                await new DemoScreen(output, !Console.IsOutputRedirected).WatchAsync(running, () => LookAsync(host));
                await running;
            }
            return DemoSummary.Print(_ledger, _clock.Elapsed, output) ? 0 : 1;
        }
        finally
        {
            foreach (var sink in sinks) await sink.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<RelayHost?> StartAsync(string folder, List<SinkServer> sinks)
    {
        var routes = string.Join(", ", Domains.Zip(sinks, (domain, sink) => $"{{{domain}=smtp:[127.0.0.1]:{sink.EndPoint.Port}}}"));
        await File.WriteAllTextAsync(Path.Combine(folder, "main.cf"), $"""
            compatibility_level = 3.6
            myhostname = relay.demo.test
            mydestination =
            mynetworks = 127.0.0.0/8
            queue_directory = {folder}/queue
            maillog_file = {folder}/mail.log
            transport_maps = inline:{"{"} {routes} {"}"}
            """ + "\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "master.cf"), "127.0.0.1:0 inet n - n - - smtpd\nsmtp unix - - n - - smtp\nerror unix - - n - - error\nretry unix - - n - - error\n");
        var sizes = size is null ? "1 octet to 5 MB" : string.Create(CultureInfo.InvariantCulture, $"{size:N0} octets");
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"A campaign of {messages:N0} messages of {sizes} to {Domains.Length} destinations, over {sessions} sessions.\n"
            + $"Every 250 is said after the message is on disk."));
        await output.FlushAsync();
        var configuration = LiveConfiguration.Open(folder, ConfigOverrides.None, out var faults);
        if (configuration is not null) return await RelayHost.StartAsync(configuration, error);
        foreach (var fault in faults) await error.WriteLineAsync(fault.ToString());
        return null;
    }

    /// <summary>Sends everything and waits until it has arrived, or until it is clear that it will not.</summary>
    private async Task CampaignAsync(RelayHost host, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        _clock.Start();
        try
        {
            await new Campaign(host.Relay.Listeners[0], messages, size, Domains, _ledger).SendAsync(sessions, limit.Token);
            await _ledger.AllDeliveredAsync(messages, Patience, limit.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The summary says what is missing.
            await error.WriteLineAsync($"the campaign ended early: {e.Message}");
        }
        _clock.Stop();
    }

    private void Arrived(SinkMessage message)
    {
        // What carries no hash, or no number, is nothing that the client sent.
        var number = Campaign.NumberOf(message.Wire.Span);
        if (number < 0 || message.Verdict != ContentVerdict.Unchanged) _ledger.WasChanged(message.Describe());
        if (number >= 0) _ledger.WasDelivered(number);
    }

    private async Task<DemoFigures> LookAsync(RelayHost host)
    {
        var (accepted, delivered, elapsed) = (_ledger.Accepted, _ledger.Delivered, _clock.Elapsed);
        var seconds = Math.Max(0.001, (elapsed - (_last?.Elapsed ?? TimeSpan.Zero)).TotalSeconds);
        var status = await host.StatusAsync(CancellationToken.None);
        // In a place of its own each destination can be watched.
        status = status with { Destinations = [.. status.Destinations.OrderBy(d => d.Destination, StringComparer.Ordinal)] };
        return _last = new DemoFigures(elapsed, messages, accepted, delivered,
            (int)((accepted - (_last?.Accepted ?? 0)) / seconds), (int)((delivered - (_last?.Delivered ?? 0)) / seconds), status);
    }
}
