using System.Net;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.SampleMail;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>
/// A relay that is told to end does so in order: it takes no more clients, sends those away that are there, finishes deliveries, and closes
/// its log.
/// </summary>
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
        string[] mail = ["--mail-from", "a@x.test", "--mail-rcpt", "b@y.test", "-T", SampleFile.Whole];
        (await Tool.RunAsync("curl", ["-sS", $"smtp://127.0.0.1:{relay.Port}", .. mail])).Succeeded();
        await inbox.Connections.First.WaitAsync(Patience);

        var stop = relay.StopAsync();
        (await client.ReadLineAsync())!.ShouldStartWith("421 ");
        (await stop.WaitAsync(Patience)).ShouldBe(0);

        var message = await inbox.NextAsync();
        message.Recipients.ShouldBe(["b@y.test"]);
        message.Verdict.ShouldBe(ContentVerdict.Unchanged);
        var log = await File.ReadAllTextAsync(relay.LogFile);
        string[] ends = ["disconnect from localhost[127.0.0.1] commands=0/0", "status=sent", "stopped"];
        var order = ends.Select(end => log.LastIndexOf(end, StringComparison.Ordinal)).ToList();
        order.ShouldAllBe(at => at >= 0, log);
        order.ShouldBeInOrder(SortDirection.Ascending, log);
        log.TrimEnd().ShouldEndWith("stopped");
    }
}
