using BulkRelay.Core.Ingress.Limits;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Limits;

/// <summary>When a service is overloaded, and when it is not any more.</summary>
public sealed class StressGaugeTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task It_begins_with_the_session_that_takes_the_last_place_and_is_told_once()
    {
        var gauge = Gauge(3);
        gauge.Note(2).ShouldBeFalse();
        gauge.IsStressed.ShouldBeFalse();
        gauge.Note(3).ShouldBeTrue();
        gauge.IsStressed.ShouldBeTrue();
        gauge.Note(3).ShouldBeFalse();
        gauge.Note(1).ShouldBeFalse();
        gauge.IsStressed.ShouldBeTrue();
        await _log.WaitForAsync("until it is over");
        _log.Text.ShouldContain("warning: service \"smtp\" has reached its process limit \"3\": new clients may experience noticeable delays");
        _log.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(3);
    }

    [Fact]
    public async Task It_is_over_when_the_places_were_not_all_taken_for_a_while()
    {
        var gauge = Gauge(3);
        gauge.Note(3);
        _time.Advance(TimeSpan.FromSeconds(900));
        gauge.Note(3);
        _time.Advance(TimeSpan.FromSeconds(900));
        gauge.Note(1);
        gauge.IsStressed.ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(100));
        gauge.Note(1);
        gauge.IsStressed.ShouldBeFalse();
        await _log.WaitForAsync("stress is over");
        gauge.Note(3).ShouldBeTrue("it may begin again");
    }

    [Fact]
    public void A_service_without_a_limit_is_never_full()
    {
        var gauge = Gauge(0);
        gauge.Note(100_000).ShouldBeFalse();
        gauge.IsStressed.ShouldBeFalse();
    }

    [Fact]
    public async Task Want_of_memory_is_overload_too()
    {
        var gauge = Gauge(0);
        gauge.Note(5, memoryIsShort: true).ShouldBeTrue();
        gauge.IsStressed.ShouldBeTrue();
        await _log.WaitForAsync("has used up most of smtpd_content_memory_limit");
    }

    private StressGauge Gauge(int limit) => new("smtp", limit, _time, _log.Service);
}
