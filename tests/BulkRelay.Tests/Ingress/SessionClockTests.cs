using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress;

/// <summary>How long a client may take.</summary>
public sealed class SessionClockTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _interrupt = new();

    public void Dispose() => _interrupt.Dispose();

    [Fact]
    public void As_a_rule_each_wait_has_the_whole_time()
    {
        using var clock = Clock("no");
        for (var i = 0; i < 10; i++) Wait(clock, 29, octets: 1);
        clock.IsExpired.ShouldBeFalse();
        Wait(clock, 30, octets: 0);
        clock.IsExpired.ShouldBeTrue();
        _interrupt.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void With_a_deadline_the_waits_for_one_request_have_it_together()
    {
        using var clock = Clock("yes");
        for (var i = 0; i < 29; i++) Wait(clock, 1, octets: 1);
        clock.BeginRequest();
        for (var i = 0; i < 29; i++) Wait(clock, 1, octets: 1);
        clock.IsExpired.ShouldBeFalse("the second request had its own time");
        Wait(clock, 2, octets: 1);
        clock.IsExpired.ShouldBeTrue();
    }

    [Fact]
    public void Content_that_comes_at_the_least_rate_may_take_as_long_as_it_takes()
    {
        using var clock = Clock("yes");
        for (var i = 0; i < 100; i++) Wait(clock, 20, octets: 2000);
        clock.IsExpired.ShouldBeFalse();
    }

    [Fact]
    public void Content_that_comes_more_slowly_ends_the_session()
    {
        using var clock = Clock("yes");
        for (var i = 0; i < 58; i++) Wait(clock, 1, octets: 50);
        clock.IsExpired.ShouldBeFalse();
        for (var i = 0; i < 3; i++) Wait(clock, 1, octets: 50);
        clock.IsExpired.ShouldBeTrue();
    }

    [Fact]
    public void A_lot_at_once_buys_no_more_than_the_whole_time()
    {
        using var clock = Clock("yes");
        Wait(clock, 1, octets: 1_000_000);
        Wait(clock, 30, octets: 0);
        clock.IsExpired.ShouldBeTrue();
    }

    [Fact]
    public void What_the_relay_does_itself_is_not_the_clients_time()
    {
        using var clock = Clock("yes");
        for (var i = 0; i < 5; i++)
        {
            Wait(clock, 5, octets: 0);
            _time.Advance(29 * Second);
        }
        clock.IsExpired.ShouldBeFalse();
    }

    private SessionClock Clock(string deadline) => new(_time, SmtpdPolicy.Compile(
        ConfigSnapshot.With(("smtpd_timeout", "30s"), ("smtpd_per_request_deadline", deadline), ("smtpd_min_data_rate", "100")), _time, _ => { }), _interrupt);

    private void Wait(SessionClock clock, int seconds, int octets)
    {
        clock.BeginWait();
        _time.Advance(seconds * Second);
        clock.EndWait(octets);
    }
}
