using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Scheduling;

/// <summary>
/// A thousand destinations that are known to be dead when the relay is killed: the next one leaves them alone, says so in the listing, defers
/// what comes fresh, and takes mail at once.
/// </summary>
public sealed class Dead_sites_over_a_restart
{
    private const int Sites = 1000;
    private const string Suspended = "delivery temporarily suspended: ";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory]
    [MemberData(nameof(StoreOfTest.Kinds), MemberType = typeof(StoreOfTest))]
    public async Task No_site_that_was_known_dead_is_asked_again(string store)
    {
        await using var site = new BusySite();
        // With one recipient for each delivery, each recipient is a destination; with a window of one, its first failure makes it dead.
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{site.Port}\nsmtp_destination_recipient_limit = 1\n"
            + $"initial_destination_concurrency = 1\n{await StoreOfTest.MainCfAsync(store)}");
        await relay.StartAsync();
        await SubmitAsync(relay);
        await UntilAsync(relay, status => status.GetProperty("learned").GetProperty("destinations").GetInt32() == Sites);
        site.Connections.ShouldBe(Sites);
        await relay.KillAsync();

        var start = Stopwatch.StartNew();
        await relay.StartAsync();
        await SubmitAsync(relay);
        start.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(30));
        // That mail came before it was known which sites are dead, and may stay in the store untouched; what comes now is deferred.
        await UntilAsync(relay, status => status.GetProperty("learned").GetProperty("destinations").GetInt32() == Sites);
        await SubmitAsync(relay);
        var deferred = await UntilAsync(relay, status => status.GetProperty("deferred").GetInt64() >= Sites);
        deferred.GetProperty("destinations")[0].GetProperty("suspension").GetString().ShouldNotBeNull().ShouldStartWith(Suspended);
        site.Connections.ShouldBe(Sites, "none after the restart");
        (await relay.CommandAsync("postqueue", "-p")).Succeeded().ShouldContain(Suspended);
        (await relay.StopAsync()).ShouldBe(0);
    }

    private static Task SubmitAsync(RelayProcess relay) => SmtpTalk.SendAsync(relay.Port, "client.test", "Subject: x\r\n\r\nbody\r\n",
        ["MAIL FROM:<sender@example.org>", .. Enumerable.Range(0, Sites).Select(n => $"RCPT TO:<u{n}@example.com>")]);

    private static async Task<JsonElement> UntilAsync(RelayProcess relay, Func<JsonElement, bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); ;)
        {
            var status = JsonDocument.Parse((await relay.CommandAsync("status", "--json")).Succeeded()).RootElement;
            if (condition(status)) return status;
            waited.Elapsed.ShouldBeLessThan(Patience, status.ToString());
        }
    }

    /// <summary>A server that is too busy for anybody, and counts those who come.</summary>
    private sealed class BusySite : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;
        private int _connections;

        public BusySite()
        {
            _listener.Start(512);
            _serving = ServeAsync();
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public int Connections => Volatile.Read(ref _connections);

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving;
        }

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    using var client = await _listener.AcceptSocketAsync();
                    Interlocked.Increment(ref _connections);
                    await client.SendAsync("421 4.3.2 too busy\r\n"u8.ToArray());
                    client.Shutdown(SocketShutdown.Send);
                }
            }
            catch (SocketException)
            {
                // The test is over.
            }
        }
    }
}
