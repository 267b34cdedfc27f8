using System.Diagnostics;
using System.Text.Json;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.SampleMail;
using BulkRelay.Server.Sink;
using BulkRelay.Tests.Postgres;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>The shipped relay with its queue in a PostgreSQL server that comes and goes.</summary>
public sealed class Relay_on_postgres : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private PostgresServer _server = null!;
    private string _database = "";

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _database = await _server.NewDatabaseAsync();
        await File.WriteAllBytesAsync(_folder.File("m"), SampleMessage.Create("postgres", 2000));
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_server_that_stops_costs_a_451_and_after_its_return_mail_flows_again()
    {
        await using var inbox = new SinkInbox();
        await using var relay = Relay(inbox.Port);
        await relay.StartAsync();
        (await SendAsync(relay)).ShouldContain("< 250 2.0.0 Ok: queued as");
        await inbox.NextAsync();

        await _server.StopAsync();
        (await SendAsync(relay)).ShouldContain("< 451 4.3.0 Error: queue file write error");
        (await IsHealthyAsync(relay)).ShouldBeFalse();

        await _server.StartAgainAsync();
        await BecomesHealthyAsync(relay);
        (await SendAsync(relay)).ShouldContain("< 250 2.0.0 Ok: queued as");
        await inbox.NextAsync();
    }

    [Fact]
    public async Task What_is_delivered_while_the_server_is_gone_is_recorded_when_it_is_back()
    {
        await using var inbox = new SinkInbox(new SinkOptions { Delay = TimeSpan.FromSeconds(2) });
        await using var relay = Relay(inbox.Port);
        await relay.StartAsync();
        await SendAsync(relay);

        // The sink takes its time over each command: the delivery is under way.
        await _server.KillAsync();
        await inbox.NextAsync();
        await _server.StartAgainAsync();
        await BecomesHealthyAsync(relay);

        for (var started = Stopwatch.GetTimestamp(); (await relay.CommandAsync("postqueue", "-p")).Succeeded() != "Mail queue is empty\n";)
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Patience, "the record is written");
        await relay.StopAsync();
        inbox.Counters.Messages.ShouldBe(1);
    }

    [Fact]
    public async Task Commands_read_and_change_the_queue_of_a_relay_that_is_down()
    {
        await using var relay = Relay(FreePort.Next());
        await relay.StartAsync();
        await SendAsync(relay);
        await relay.StopAsync();

        var listing = JsonDocument.Parse((await relay.CommandAsync("postqueue", "-j")).Succeeded()).RootElement;
        var id = listing.GetProperty("queue_id").GetString()!;
        listing.GetProperty("recipients")[0].GetProperty("address").GetString().ShouldBe("b@dest.test");
        (await relay.CommandAsync("postcat", "-q", id)).Succeeded().ShouldContain("Message-ID: <postgres@campaign.test>\n");
        (await relay.CommandAsync("postsuper", "-d", id)).Error.ShouldContain("Deleted: 1 message\n");
        (await relay.CommandAsync("postqueue", "-p")).Succeeded().ShouldBe("Mail queue is empty\n");
    }

    [Fact]
    public async Task A_second_relay_on_the_same_database_is_refused_with_a_reason()
    {
        await using var first = Relay(FreePort.Next());
        await first.StartAsync();
        await using var second = Relay(FreePort.Next());
        (await second.StartOrDieAsync(null)).ShouldBeFalse();
        second.Output.ShouldContain($"is in use by another relay (bulkrelay on {Environment.MachineName}, process {first.Pid}");
    }

    [Fact]
    public async Task A_password_is_in_no_output_of_a_start_that_fails()
    {
        await using var relay = new RelayProcess("queue_store = postgresql://u:Geheim4@127.0.0.1:1/queue?connect_timeout=1");
        (await relay.StartOrDieAsync(null)).ShouldBeFalse();
        relay.Output.ShouldContain("database queue at 127.0.0.1:1");
        relay.Output.ShouldNotContain("Geheim4");
    }

    private RelayProcess Relay(int nextPort) => new($"relayhost = [127.0.0.1]:{nextPort}\n{StoreOfTest.MainCf(_database)}");

    private async Task<string> SendAsync(RelayProcess relay) => (await Tool.RunAsync("curl", ["-sv", $"smtp://127.0.0.1:{relay.Port}",
        "--mail-from", "a@campaign.test", "--mail-rcpt", "b@dest.test", "-T", _folder.File("m")])).Error;

    private static async Task<bool> IsHealthyAsync(RelayProcess relay) =>
        JsonDocument.Parse((await relay.CommandAsync("status", "--json")).Output).RootElement.GetProperty("store_healthy").GetBoolean();

    private static async Task BecomesHealthyAsync(RelayProcess relay)
    {
        for (var started = Stopwatch.GetTimestamp(); !await IsHealthyAsync(relay);) Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Patience);
    }
}
