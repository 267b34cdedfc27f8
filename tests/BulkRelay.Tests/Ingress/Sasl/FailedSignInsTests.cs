using System.Net;
using BulkRelay.Core.Ingress.Sasl;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Ingress.Sasl;

public sealed class FailedSignInsTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Each_further_failure_waits_longer_up_to_a_limit()
    {
        var failures = new FailedSignIns(_time);
        Enumerable.Range(0, 9).Select(_ => failures.Add(Client).TotalSeconds).ShouldBe([0, 0, 1, 2, 4, 8, 15, 15, 15]);
        failures.Add(IPAddress.Parse("192.0.2.2")).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void An_address_owes_what_is_left_of_its_last_delay()
    {
        var failures = new FailedSignIns(_time);
        for (var i = 0; i < 2; i++) failures.Add(Client);
        failures.Owed(Client).ShouldBe(TimeSpan.Zero);
        for (var i = 0; i < 2; i++) failures.Add(Client);
        failures.Owed(Client).ShouldBe(TimeSpan.FromSeconds(2));
        failures.Owed(IPAddress.Parse("192.0.2.2")).ShouldBe(TimeSpan.Zero);
        _time.Advance(TimeSpan.FromSeconds(1.5));
        failures.Owed(Client).ShouldBe(TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromSeconds(1));
        failures.Owed(Client).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Time_without_failures_forgives()
    {
        var failures = new FailedSignIns(_time);
        for (var i = 0; i < 5; i++) failures.Add(Client);
        _time.Advance(FailedSignIns.Memory - TimeSpan.FromSeconds(1));
        failures.Add(Client).ShouldBe(TimeSpan.FromSeconds(8));
        _time.Advance(FailedSignIns.Memory);
        failures.Add(Client).ShouldBe(TimeSpan.Zero);
        failures.Count.ShouldBe(1);
    }

    [Fact]
    public void Addresses_of_one_IPv6_network_count_together()
    {
        var failures = new FailedSignIns(_time);
        for (var i = 1; i <= 2; i++) failures.Add(IPAddress.Parse($"2001:db8:1:2::{i}"));
        failures.Add(IPAddress.Parse("2001:db8:1:2:ffff::1")).ShouldBe(TimeSpan.FromSeconds(1));
        failures.Add(IPAddress.Parse("2001:db8:1:3::1")).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void What_is_kept_is_bounded_and_who_failed_longest_ago_goes_first()
    {
        var failures = new FailedSignIns(_time);
        for (var i = 0; i < 4; i++) failures.Add(Client);
        for (var i = 1; i < FailedSignIns.MaxAddresses; i++) failures.Add(new IPAddress((uint)(i + 1_000_000)));
        failures.Add(Client).ShouldBe(TimeSpan.FromSeconds(4));
        for (var i = 1; i < FailedSignIns.MaxAddresses; i++) failures.Add(new IPAddress((uint)(i + 2_000_000)));
        failures.Count.ShouldBe(FailedSignIns.MaxAddresses);
        failures.Add(Client).ShouldBe(TimeSpan.FromSeconds(8));
    }
}
