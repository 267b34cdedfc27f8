using System.Net;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Dns;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Dns;

public sealed class MxResolverTests : IAsyncLifetime
{
    private const string NotFound = "Host or domain name not found. Name service error for name=";

    private readonly FakeDnsServer _server = new();
    private readonly FakeTimeProvider _time = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _server.DisposeAsync().AsTask();

    [Fact]
    public async Task Hosts_come_by_preference_with_all_their_addresses()
    {
        _server.Mx("d.test", 20, "mx2.test").Mx("d.test", 10, "mx1.test")
            .Host("mx1.test", "192.0.2.1", "2001:db8::1").Host("mx2.test", "192.0.2.2");
        var hosts = await Hosts("d.test:2525", ("smtp_address_preference", "ipv4"));
        hosts.Select(h => (h.Name, h.Address.ToString(), h.Port, h.Preference)).ShouldBe(
        [
            ("mx1.test", "192.0.2.1", 2525, 10), ("mx1.test", "2001:db8::1", 2525, 10), ("mx2.test", "192.0.2.2", 2525, 20),
        ]);
    }

    [Fact]
    public async Task Equal_preferences_are_shuffled_over_all_hosts_and_never_across_preferences()
    {
        for (var i = 0; i < 4; i++) _server.Mx("d.test", 10, $"a{i}.test").Host($"a{i}.test", $"192.0.2.{i}");
        _server.Mx("d.test", 5, "first.test").Host("first.test", "198.51.100.1");
        var orders = new HashSet<string>();
        for (var i = 0; i < 60; i++)
        {
            var hosts = await Hosts("d.test");
            hosts[0].Name.ShouldBe("first.test");
            orders.Add(string.Join(' ', hosts.Select(h => h.Name)));
        }
        orders.Count.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task A_null_MX_refuses_mail_at_once_though_the_domain_has_an_address()
    {
        _server.Mx("null.test", 0, ".").Host("null.test", "192.0.2.1");
        await ShouldFail("null.test", "5.1.10", "Domain null.test does not accept mail (nullMX)");
        _server.Questions.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_null_MX_beside_others_refuses_mail_as_one_alone()
    {
        _server.Mx("d.test", 0, "mx.test").Mx("d.test", 10, ".").Host("mx.test", "192.0.2.1");
        await ShouldFail("d.test", "5.1.10", "Domain d.test does not accept mail (nullMX)");
    }

    [Fact]
    public async Task A_host_that_has_the_name_of_the_relay_at_another_address_is_another_host()
    {
        _server.Mx("d.test", 10, "relay.test").Host("relay.test", "192.0.2.2");
        (await Resolve("d.test", new OwnHost([IPAddress.Parse("192.0.2.1")]), ("myhostname", "relay.test"))).Hosts.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("[IPv6:2001:db8::9]", "ipv4", "2001:db8::9")]
    [InlineData("[192.0.2.9]", "ipv6", "192.0.2.9")]
    public async Task A_literal_of_a_family_that_is_not_in_use_is_not_connected_to(string nexthop, string protocols, string name) =>
        await ShouldFail(nexthop, "5.4.4", $"Name service error for {name}: invalid host or domain name", ("inet_protocols", protocols));

    [Fact]
    public async Task IPv4_mapped_into_IPv6_is_IPv4()
    {
        _server.Mx("d.test", 10, "mx.test").Host("mx.test", "::ffff:192.0.2.1");
        (await Hosts("d.test")).ShouldHaveSingleItem().Address.ShouldBe(IPAddress.Parse("192.0.2.1"));
        (await Hosts("[IPv6:::ffff:192.0.2.1]", ("inet_protocols", "ipv4"))).ShouldHaveSingleItem().Address.ShouldBe(IPAddress.Parse("192.0.2.1"));
        (await Resolve("d.test", new OwnHost([IPAddress.Parse("192.0.2.1")]))).Status.ToString().ShouldBe("5.4.6");
        await ShouldFail("d.test", "5.4.4", NotFound + "mx.test type=AAAA: Host found but no data record of requested type",
            ("inet_protocols", "ipv6"));
    }

    [Fact]
    public async Task Without_MX_the_address_of_the_domain_is_used()
    {
        _server.Host("d.test", "192.0.2.1");
        (await Hosts("d.test")).ShouldHaveSingleItem().ShouldBe(new MailHost("d.test", IPAddress.Parse("192.0.2.1"), 25, 0));
    }

    [Fact]
    public async Task A_domain_that_is_an_alias_uses_the_MX_of_its_target()
    {
        _server.Alias("www.test", "d.test").Mx("d.test", 10, "mx.test").Host("mx.test", "192.0.2.1");
        (await Hosts("www.test")).ShouldHaveSingleItem().Name.ShouldBe("mx.test");
    }

    [Fact]
    public async Task An_MX_that_is_an_alias_or_an_address_works_though_neither_is_legal()
    {
        _server.Mx("d.test", 10, "alias.test").Alias("alias.test", "mx.test").Host("mx.test", "192.0.2.1").Mx("d.test", 20, "192.0.2.7");
        (await Hosts("d.test")).Select(h => $"{h.Name} {h.Address}").ShouldBe(["alias.test 192.0.2.1", "192.0.2.7 192.0.2.7"]);
    }

    [Fact]
    public async Task An_MX_without_an_address_is_skipped()
    {
        _server.Mx("d.test", 10, "gone.test").Mx("d.test", 20, "mx.test").Host("mx.test", "192.0.2.1");
        _server.Mx("d.test", 5, "broken.test").Fail("broken.test", DnsType.A).Fail("broken.test", DnsType.AAAA);
        (await Hosts("d.test")).ShouldHaveSingleItem().Name.ShouldBe("mx.test");
    }

    [Fact]
    public async Task One_family_is_enough_when_the_other_is_broken()
    {
        _server.Mx("d.test", 10, "mx.test").Host("mx.test", "2001:db8::1").Fail("mx.test", DnsType.A);
        (await Hosts("d.test")).ShouldHaveSingleItem().Address.ShouldBe(IPAddress.Parse("2001:db8::1"));
    }

    [Fact]
    public async Task A_domain_that_does_not_exist_is_a_permanent_failure() =>
        await ShouldFail("none.test", "5.4.4", NotFound + "none.test type=AAAA: Host not found");

    [Fact]
    public async Task A_domain_with_neither_MX_nor_address_is_a_permanent_failure()
    {
        _server.Add("text.test", DnsType.TXT, 60, DnsWire.Txt("x"));
        await ShouldFail("text.test", "5.4.4", NotFound + "text.test type=A: Host found but no data record of requested type", ("inet_protocols", "ipv4"));
    }

    [Fact]
    public async Task A_look_up_that_fails_defers_and_never_bounces()
    {
        _server.Host("d.test", "192.0.2.1").Fail("d.test", DnsType.MX);
        await ShouldFail("d.test", "4.4.3", NotFound + "d.test type=MX: Host not found, try again");
        (await Hosts("d.test", ("ignore_mx_lookup_error", "yes"))).ShouldHaveSingleItem().Name.ShouldBe("d.test");
    }

    [Fact]
    public async Task When_no_MX_leads_anywhere_one_that_may_come_back_decides()
    {
        _server.Mx("d.test", 10, "broken.test").Fail("broken.test", DnsType.A).Mx("d.test", 20, "gone.test");
        await ShouldFail("d.test", "4.4.4", NotFound + "gone.test type=A: Host not found", ("inet_protocols", "ipv4"));
        _server.Mx("e.test", 10, "gone.test");
        await ShouldFail("e.test", "5.4.4", NotFound + "gone.test type=A: Host not found", ("inet_protocols", "ipv4"));
        await ShouldFail("e.test", "4.4.4", NotFound + "gone.test type=A: Host not found",
            ("inet_protocols", "ipv4"), ("smtp_defer_if_no_mx_address_found", "yes"));
    }

    [Fact]
    public async Task MX_names_that_are_no_host_names_are_a_malformed_answer()
    {
        _server.Mx("d.test", 10, "-bad-.test");
        await ShouldFail("d.test", "5.4.4", "Name service error for name=d.test type=MX: Malformed or unexpected name server reply");
    }

    [Fact]
    public async Task A_name_too_long_to_exist_is_a_permanent_failure()
    {
        var name = string.Concat(Enumerable.Repeat("abcdefghi.", 30)) + "test";
        await ShouldFail(name, "5.4.4", $"Name service error for {name}: invalid host or domain name");
    }

    [Fact]
    public async Task Hosts_no_better_than_the_relay_itself_are_dropped()
    {
        _server.Mx("d.test", 10, "mx1.test").Mx("d.test", 20, "me.test").Mx("d.test", 20, "equal.test").Mx("d.test", 30, "mx3.test")
            .Host("mx1.test", "192.0.2.1").Host("me.test", "192.0.2.2").Host("equal.test", "192.0.2.4").Host("mx3.test", "192.0.2.3");
        (await Resolve("d.test", new OwnHost([IPAddress.Parse("192.0.2.2")]))).Hosts.ShouldHaveSingleItem().Name.ShouldBe("mx1.test");
    }

    [Fact]
    public async Task A_relay_that_is_the_best_MX_itself_says_that_mail_loops()
    {
        _server.Mx("d.test", 10, "me.test").Host("me.test", "192.0.2.2").Mx("d.test", 20, "mx2.test").Host("mx2.test", "192.0.2.3");
        var own = new OwnHost([IPAddress.Parse("192.0.2.2")]);
        (await Resolve("d.test", own)).ShouldSatisfyAllConditions(
            r => r.Status.ToString().ShouldBe("5.4.6"), r => r.Reason.ShouldBe("mail for d.test loops back to myself"), r => r.Hosts.ShouldBeEmpty());
        (await Resolve("me.test", own)).Reason.ShouldBe("mail for me.test loops back to myself");
        (await Resolve("[me.test]", own)).Status.ToString().ShouldBe("5.4.6");
        (await Resolve("[me.test]", OwnHost.None)).Hosts.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    public async Task The_unspecified_address_is_always_the_relay_itself(string address)
    {
        _server.Mx("d.test", 10, "trick.test").Host("trick.test", address);
        (await Resolve("d.test", OwnHost.None)).Status.ToString().ShouldBe("5.4.6");
    }

    [Fact]
    public async Task A_backup_relay_whose_betters_cannot_be_found_waits()
    {
        _server.Mx("d.test", 10, "gone.test").Mx("d.test", 20, "me.test").Host("me.test", "192.0.2.2");
        var found = await Resolve("d.test", new OwnHost([IPAddress.Parse("192.0.2.2")]));
        found.Status.ToString().ShouldBe("4.4.4");
        found.Reason.ShouldBe("unable to find primary relay for d.test");
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("1", 1)]
    [InlineData("0", 50)]
    public async Task Two_hundred_MX_are_cut_to_the_limit_and_the_look_ups_are_bounded(string limit, int expected)
    {
        for (var i = 0; i < 200; i++) _server.Mx("many.test", i, $"mx{i}.test").Host($"mx{i}.test", $"192.0.2.{i}");
        var hosts = await Hosts("many.test", ("smtp_mx_address_limit", limit), ("inet_protocols", "ipv4"));
        hosts.Select(h => h.Preference).ShouldBe(Enumerable.Range(0, expected));
        _server.Questions.Count(q => q.Type == DnsType.A).ShouldBe(expected);
    }

    [Fact]
    public async Task A_hundred_addresses_of_one_host_are_cut_to_the_limit()
    {
        _server.Mx("d.test", 10, "big.test").Host("big.test", [.. Enumerable.Range(1, 150).Select(i => $"192.0.2.{i}")]);
        (await Hosts("d.test")).Count.ShouldBe(5);
        (await Hosts("d.test", ("smtp_mx_address_limit", "0"))).Count.ShouldBe(100);
    }

    [Fact]
    public async Task Both_families_have_places_within_the_limit_unless_balance_is_off()
    {
        _server.Mx("d.test", 10, "six.test").Mx("d.test", 20, "four.test").Host("four.test", "192.0.2.1");
        _server.Host("six.test", [.. Enumerable.Range(1, 10).Select(i => $"2001:db8::{i}")]);
        (await Hosts("d.test")).Select(h => h.Name).ShouldBe(["six.test", "six.test", "six.test", "six.test", "four.test"]);
        (await Hosts("d.test", ("smtp_balance_inet_protocols", "no"))).ShouldAllBe(h => h.Name == "six.test");
        (await Hosts("d.test", ("inet_protocols", "ipv4"))).ShouldHaveSingleItem().Name.ShouldBe("four.test");
    }

    [Fact]
    public async Task Brackets_literals_and_localhost_need_no_MX()
    {
        _server.Mx("d.test", 10, "mx.test").Host("d.test", "192.0.2.1");
        (await Hosts("[d.test]:587")).ShouldHaveSingleItem().ShouldBe(new MailHost("d.test", IPAddress.Parse("192.0.2.1"), 587, 0));
        (await Hosts("[192.0.2.9]")).ShouldHaveSingleItem().ShouldBe(new MailHost("192.0.2.9", IPAddress.Parse("192.0.2.9"), 25, 0));
        (await Hosts("[IPv6:2001:db8::9]:26")).ShouldHaveSingleItem().Address.ShouldBe(IPAddress.Parse("2001:db8::9"));
        (await Hosts("[localhost]", ("inet_protocols", "ipv4"))).ShouldHaveSingleItem().Address.ShouldBe(IPAddress.Loopback);
        _server.Questions.ShouldAllBe(q => q.Name == "d.test" && q.Type != DnsType.MX);
    }

    [Fact]
    public async Task The_native_service_is_asked_after_DNS_or_in_its_place()
    {
        var own = System.Net.Dns.GetHostName();
        _server.Fail("broken.test", DnsType.A).Fail("broken.test", DnsType.AAAA);
        (await Hosts($"[{own}]", ("smtp_host_lookup", "dns, native"))).ShouldNotBeEmpty();
        var asked = _server.Questions.Count;
        (await Hosts($"[{own}]", ("smtp_host_lookup", "native"))).ShouldNotBeEmpty();
        (await Hosts(own, ("disable_dns_lookups", "yes"))).ShouldNotBeEmpty();
        _server.Questions.Count.ShouldBe(asked);
        await ShouldFail("[broken.test]", "4.4.3", NotFound + "broken.test type=AAAA: Host not found, try again", ("smtp_host_lookup", "dns, native"));
    }

    private async Task<IReadOnlyList<MailHost>> Hosts(string nexthop, params (string, string)[] settings)
    {
        var found = await Resolve(nexthop, OwnHost.None, settings);
        found.Reason.ShouldBe("");
        return found.Hosts;
    }

    private async Task ShouldFail(string nexthop, string status, string reason, params (string, string)[] settings)
    {
        var found = await Resolve(nexthop, OwnHost.None, settings);
        found.Hosts.ShouldBeEmpty();
        found.Reason.ShouldBe(reason);
        found.Status.ToString().ShouldBe(status);
    }

    private async Task<MailHosts> Resolve(string nexthop, OwnHost own, params (string, string)[] settings)
    {
        var snapshot = ConfigSnapshot.With([.. settings, ("dns_servers", _server.Address)]);
        var resolver = new MxResolver(new DnsResolver(DnsSettings.From(snapshot), _time), Random.Shared);
        var parsed = Nexthop.TryParse(nexthop, 25, out var fault).ShouldNotBeNull(fault);
        return await resolver.ResolveAsync(parsed, snapshot, own, default);
    }
}
