using System.Net;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Core.Observability;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Limits;

/// <summary>What clients do is counted as anvil(8) does, and forgotten.</summary>
public sealed class AnvilTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryStream _logged = new();
    private readonly MailLog _log;
    private readonly Anvil _anvil;
    private readonly ClientLimits _limits;

    public AnvilTests()
    {
        _log = new MailLog(() => _logged, "relay", _time);
        _anvil = new Anvil(_time, _log.For("postfix", "anvil"));
        var snapshot = ConfigSnapshot.With(("anvil_rate_time_unit", "60s"), ("anvil_status_update_time", "600s"), ("smtpd_client_message_rate_limit", "1"));
        _limits = SmtpdPolicy.Compile(snapshot, _time, _ => { }).ClientLimits;
    }

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Connections_are_counted_by_service_and_address()
    {
        Join("smtp", 1).ShouldBe((1, 1));
        Join("smtp", 1).ShouldBe((2, 2));
        Join("submission", 1).ShouldBe((1, 1));
        Join("smtp", 2).ShouldBe((1, 1));
    }

    [Fact]
    public void A_connection_that_closes_counts_in_the_rate_and_not_in_the_number()
    {
        var client = _anvil.Join("smtp", Address(1), _limits, out _, out _);
        _anvil.Leave(client);
        Join("smtp", 1).ShouldBe((1, 2));
    }

    [Fact]
    public void A_rate_begins_anew_when_its_time_is_over()
    {
        var client = _anvil.Join("smtp", Address(1), _limits, out _, out _);
        _anvil.Count(client, ClientEvent.Message, _limits).ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(60));
        _anvil.Count(client, ClientEvent.Message, _limits).ShouldBe(2, "Postfix counts on while the time is not exceeded");
        _time.Advance(TimeSpan.FromSeconds(1));
        _anvil.Look(client, ClientEvent.Message, _limits).ShouldBe(0);
        _anvil.Count(client, ClientEvent.Message, _limits).ShouldBe(1);
    }

    [Fact]
    public void A_client_that_is_gone_is_forgotten_after_that_time()
    {
        var client = _anvil.Join("smtp", Address(1), _limits, out _, out _);
        _anvil.Leave(client);
        _time.Advance(TimeSpan.FromSeconds(59));
        Join("smtp", 2);
        _anvil.Size.ShouldBe(2);
        _time.Advance(TimeSpan.FromSeconds(1));
        Join("smtp", 2);
        _anvil.Size.ShouldBe(1);
    }

    [Fact]
    public void A_client_that_came_back_is_not_forgotten_when_its_first_time_is_over()
    {
        for (var i = 0; i < 3; i++)
        {
            _anvil.Leave(_anvil.Join("smtp", Address(1), _limits, out _, out _));
            _time.Advance(TimeSpan.FromSeconds(40));
            Join("smtp", 2);
            _anvil.Size.ShouldBe(2);
        }
        _time.Advance(TimeSpan.FromSeconds(60));
        Join("smtp", 2);
        _anvil.Size.ShouldBe(1);
    }

    [Fact]
    public void However_many_clients_come_and_go_few_are_remembered()
    {
        for (var i = 0; i < 120_000; i++) _anvil.Leave(_anvil.Join("smtp", new IPAddress(i), _limits, out _, out _));
        _anvil.Size.ShouldBeInRange(10_000, 60_000);
    }

    [Fact]
    public void Statistics_are_logged_from_time_to_time_and_begin_anew()
    {
        for (var i = 0; i < 3; i++) Join("smtp", 1);
        var client = _anvil.Join("smtp", Address(2), _limits, out _, out _);
        for (var i = 0; i < 7; i++) _anvil.Count(client, ClientEvent.Message, _limits);
        _anvil.Count(client, ClientEvent.Recipient, _limits);
        _time.Advance(TimeSpan.FromSeconds(600));
        _time.Advance(TimeSpan.FromSeconds(600));
        _log.Dispose();
        var lines = Encoding.UTF8.GetString(_logged.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[(l.IndexOf("]: ", StringComparison.Ordinal) + 3)..]);
        lines.ShouldBe(
        [
            "statistics: max connection rate 3/60s for (smtp:127.0.0.1) at Jun  1 12:00:00",
            "statistics: max connection count 3 for (smtp:127.0.0.1) at Jun  1 12:00:00",
            "statistics: max message rate 7/60s for (smtp:127.0.0.2) at Jun  1 12:00:00",
            "statistics: max recipient rate 1/60s for (smtp:127.0.0.2) at Jun  1 12:00:00",
            "statistics: max cache size 2 at Jun  1 12:00:00",
        ]);
        Encoding.UTF8.GetString(_logged.ToArray()).ShouldContain(" postfix/anvil[");
    }

    private static IPAddress Address(byte last) => new([127, 0, 0, last]);

    private (int Connections, int Rate) Join(string service, byte last)
    {
        _anvil.Join(service, Address(last), _limits, out var connections, out var rate);
        return (connections, rate);
    }
}
