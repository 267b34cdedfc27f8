using System.Net;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>A relay that is told to end does so in order: it takes no more clients, sends those away that are there, finishes deliveries, and closes its log.</summary>
public sealed class Shutdown
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Sessions_end_first_then_deliveries_and_the_log_last()
    {
        await using var inbox = new SinkInbox(new SinkOptions { Delay = TimeSpan.FromSeconds(3) });
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}");
        await relay.StartAsync();
        using var client = new DialogClient(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, relay.Port));
        (await client.ReadLineAsync())!.ShouldStartWith("220 ");
        (await Tool.RunAsync("curl", ["-sS", $"smtp://127.0.0.1:{relay.Port}", "--mail-from", "a@x.test", "--mail-rcpt", "b@y.test", "-T", SampleFile.Whole])).Succeeded();
        using (var limit = new CancellationTokenSource(Patience))
            while (inbox.Connections.Count == 0) await Task.Delay(TimeSpan.FromMilliseconds(10), limit.Token);

        var stop = relay.StopAsync();
        (await client.ReadLineAsync())!.ShouldStartWith("421 ");
        (await stop.WaitAsync(Patience)).ShouldBe(0);

        (await inbox.NextAsync()).Recipients.ShouldBe(["b@y.test"]);
        var log = await File.ReadAllTextAsync(relay.LogFile);
        var order = new[] { "disconnect from localhost[127.0.0.1] commands=0/0", "status=sent", "stopped" }.Select(t => log.LastIndexOf(t, StringComparison.Ordinal)).ToList();
        order.ShouldAllBe(at => at >= 0, log);
        order.ShouldBeInOrder(SortDirection.Ascending, log);
        log.TrimEnd().ShouldEndWith("stopped");
    }
}
