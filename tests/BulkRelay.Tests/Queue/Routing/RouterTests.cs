using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Tables;
using BulkRelay.Core.Queue.Routing;
using BulkRelay.Tests.Configuration.Tables;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Queue.Routing;

public sealed class RouterTests : TableFixture
{
    private static readonly HashSet<string> Services = ["smtp", "relay", "slow", "discard"];

    [Theory]
    [InlineData("user@Example.COM", "smtp:example.com")]
    [InlineData("user@[192.0.2.1]", "smtp:[192.0.2.1]")]
    [InlineData("user@[IPv6:2001:db8::1]", "smtp:[ipv6:2001:db8::1]")]
    [InlineData("user@bücher.example", "smtp:bücher.example")]
    [InlineData("user", "smtp:origin.test")]
    [InlineData("user@", "smtp:origin.test")]
    [InlineData("\"a@b\"@example.com", "smtp:example.com")]
    [InlineData("user@1.2.3.4", "error:5.1.3 bad address syntax")]
    [InlineData("user@a..b", "error:5.1.3 bad address syntax")]
    [InlineData("user@-a.b", "error:5.1.3 bad address syntax")]
    [InlineData("user@a b", "error:5.1.3 bad address syntax")]
    [InlineData("user@[1.2.3]", "error:5.1.3 bad address syntax")]
    [InlineData("user@a.b.", "error:5.1.3 bad address syntax")]
    public void Without_any_setting_mail_goes_to_the_recipient_domain(string recipient, string expected) =>
        Route(recipient).ShouldBe(expected);

    [Fact]
    public void What_others_return_of_mail_to_the_postmaster_ends_here()
    {
        Route("Double-Bounce@relay.test", ("myhostname", "relay.test")).ShouldBe("discard:undeliverable postmaster notification discarded");
        Route("double-bounce@example.com").ShouldBe("smtp:example.com");
        Route("nobody@mx.test", ("double_bounce_sender", "nobody@mx.test"), ("relayhost", "[hub]")).ShouldBe("discard:undeliverable postmaster notification discarded");
    }

    [Theory]
    [InlineData("[Mail.Example.NET]:587", "smtp:[mail.example.net]:587")]
    [InlineData("example.net", "smtp:example.net")]
    public void The_relayhost_takes_all_outbound_mail(string relayhost, string expected) =>
        Route("user@example.com", ("relayhost", relayhost)).ShouldBe(expected);

    [Theory]
    [InlineData("smtp", "", "smtp:example.com")]
    [InlineData("slow", "", "slow:example.com")]
    [InlineData("slow:[hub]", "[out]", "slow:[hub]")]
    [InlineData("error:5.7.1 nothing leaves", "", "error:5.7.1 nothing leaves")]
    public void The_default_transport_may_name_a_nexthop_that_overrides_the_relayhost(string transport, string relayhost, string expected) =>
        Route("user@example.com", ("default_transport", transport), ("relayhost", relayhost)).ShouldBe(expected);

    [Theory]
    [InlineData("user@example.org", "relay:example.org")]
    [InlineData("user@sub.example.org", "relay:sub.example.org")]
    [InlineData("user@example.com", "smtp:example.com")]
    public void Relay_domains_use_the_relay_transport(string recipient, string expected) =>
        Route(recipient, ("relay_domains", "example.org")).ShouldBe(expected);

    [Fact]
    public void Relay_domains_use_the_relayhost_too_unless_the_relay_transport_names_a_nexthop()
    {
        Route("u@example.org", ("relay_domains", "example.org"), ("relayhost", "[out]")).ShouldBe("relay:[out]");
        Route("u@example.org", ("relay_domains", "example.org"), ("relayhost", "[out]"), ("relay_transport", "relay:[in]")).ShouldBe("relay:[in]");
    }

    [Fact]
    public void Sub_domains_of_a_relay_domain_belong_to_it_only_while_the_parameter_is_listed() =>
        Route("u@sub.example.org", ("relay_domains", "example.org"), ("parent_domain_matches_subdomains", "")).ShouldBe("smtp:sub.example.org");

    [Fact]
    public void Mail_to_mydestination_has_nowhere_to_go_without_a_local_service()
    {
        var route = Route("root@here.test", ("mydestination", "here.test"), ("local_transport", "local:here.test"));
        route.ShouldBe("error:5.3.5 no local delivery here");
        Route("root@here.test", ("mydestination", "here.test"), ("local_transport", "slow:[mailbox]")).ShouldBe("slow:[mailbox]");
        Route("root@here.test", ("mydestination", "here.test"), ("local_transport", "error:no mailboxes here")).ShouldBe("error:no mailboxes here");
    }

    [Theory]
    [InlineData("u@here.test", AddressClass.Local)]
    [InlineData("u@relayed.test", AddressClass.Relay)]
    [InlineData("u@example.com", AddressClass.Default)]
    [InlineData("u@mapped.here.test", AddressClass.Local)]
    [InlineData("u@gone.here.test", AddressClass.Local)]
    public void A_route_knows_the_class_of_the_domain_however_it_was_found(string recipient, AddressClass expected)
    {
        foreach (var maps in new[] { "", "inline:{ {mapped.here.test=slow:x}, {gone.here.test=error:gone} }" })
        {
            var router = Router(("mydestination", "here.test, mapped.here.test, gone.here.test"), ("local_transport", "slow:[mailbox]"), ("relay_domains", "relayed.test"), ("transport_maps", maps));
            for (var i = 0; i < 2; i++) router.RouteAsync(recipient, "", "", default).AtOnce().Class.ShouldBe(expected, "the second is remembered");
        }
    }

    [Fact]
    public void Only_failures_that_the_configuration_wants_are_refusals()
    {
        foreach (var (maps, isRefusal) in new[] { ("inline:{ {*=error:gone} }", true), ("inline:{ {*=retry:later} }", true), ("inline:{ {*=nosuch:} }", false), ("fail:x", false) })
        {
            var route = Router(("transport_maps", maps)).RouteAsync("u@example.com", "", "", default).AtOnce();
            (route.IsRefusal, route.IsUnresolved).ShouldBe((isRefusal, maps == "fail:x"));
        }
    }

    [Theory]
    [InlineData("user+ext@example.com", "slow:full")]
    [InlineData("user+other@example.com", "slow:user")]
    [InlineData("USER@EXAMPLE.COM", "slow:user")]
    [InlineData("else@example.com", "slow:domain")]
    [InlineData("user@sub.example.com", "slow:parent")]
    [InlineData("user@deep.sub.example.com", "slow:parent")]
    [InlineData("user@example.net", "slow:wild")]
    public void Transport_maps_are_asked_from_the_whole_address_to_the_wild_card(string recipient, string expected)
    {
        const string map = "inline:{user+ext@example.com=slow:full, user@example.com=slow:user, example.com=slow:domain, "
            + ".example.com=slow:parent, *=slow:wild}";
        Route(recipient, ("transport_maps", map), ("recipient_delimiter", "+")).ShouldBe(expected);
    }

    [Fact]
    public void A_domain_stands_for_its_sub_domains_when_transport_maps_is_listed()
    {
        const string map = "inline:{example.com=slow:domain, .example.com=slow:never}";
        Route("u@sub.example.com", ("transport_maps", map), ("parent_domain_matches_subdomains", "transport_maps")).ShouldBe("slow:domain");
        Route("u@sub.example.com", ("transport_maps", map)).ShouldBe("slow:never");
    }

    [Theory]
    [InlineData(":", "smtp:[out]")]
    [InlineData("slow:", "slow:example.com")]
    [InlineData("slow", "slow:example.com")]
    [InlineData(":[Gateway]:2525", "smtp:[gateway]:2525")]
    [InlineData("relay:bar.example, foo.example", "relay:bar.example, foo.example")]
    [InlineData("error:", "error:Address is undeliverable")]
    [InlineData("error:5.7.1 Closed For Now", "error:5.7.1 Closed For Now")]
    [InlineData("retry:4.4.1 Service unavailable", "retry:4.4.1 Service unavailable")]
    [InlineData("discard:silently", "discard:silently")]
    [InlineData("nosuch:[host]", "retry:4.3.0 mail transport unavailable")]
    public void Empty_parts_of_an_answer_keep_or_reset_what_was_there(string answer, string expected) =>
        Route("user@example.com", ("transport_maps", $"static:{{{answer}}}"), ("relayhost", "[out]")).ShouldBe(expected);

    [Fact]
    public async Task A_service_whose_program_delivers_nothing_here_is_told_apart_from_one_that_is_not_there()
    {
        var snapshot = ConfigLoader.Parse("mydestination =\ntransport_maps = inline:{a.test=lmtp:unix:x, b.test=nosuch:}\n",
            "\nlmtp unix - - n - - lmtp\n", Environment.CurrentDirectory, ConfigOverrides.None).Snapshot.ShouldNotBeNull();
        var router = new Router(snapshot, Set, Services);
        (await router.RouteAsync("u@a.test", "", "", default)).Failure.ShouldBe("service lmtp in master.cf, line 2, runs 'lmtp', which delivers no mail here");
        (await router.RouteAsync("u@b.test", "", "", default)).Failure.ShouldBe("no service nosuch in master.cf");
    }

    [Fact]
    public void Transport_maps_apply_to_relay_domains_and_local_domains_too()
    {
        var settings = new[] { ("relay_domains", "example.org"), ("mydestination", "here.test"), ("transport_maps", "inline:{example.org=:[a] here.test=slow:}") };
        Route("u@example.org", settings).ShouldBe("relay:[a]");
        Route("u@here.test", settings).ShouldBe("slow:here.test");
    }

    [Theory]
    [InlineData("transport_maps", "fail:now")]
    [InlineData("relay_domains", "fail:now")]
    [InlineData("mydestination", "fail:now")]
    [InlineData("sender_dependent_relayhost_maps", "fail:now")]
    [InlineData("sender_dependent_default_transport_maps", "fail:now")]
    public void A_table_that_cannot_answer_makes_mail_wait_and_gives_the_operator_the_reason(string parameter, string value)
    {
        var route = Router((parameter, value)).RouteAsync("user@example.com", "s@example.net", "", default).AtOnce();
        route.Destination.ToString().ShouldBe("retry:4.3.0 address resolver failure");
        route.Failure!.ShouldContain("fail:now");
    }

    [Fact]
    public void A_table_with_the_answer_before_the_one_that_fails_is_enough() =>
        Route("user@example.com", ("transport_maps", "inline:{user@example.com=slow:} fail:now")).ShouldBe("slow:example.com");

    [Theory]
    [InlineData("boss@example.net", "smtp:[boss]")]
    [InlineData("boss+x@example.net", "smtp:[boss]")]
    [InlineData("clerk@example.net", "smtp:[all]")]
    [InlineData("skip@example.net", "smtp:[out]")]
    [InlineData("", "smtp:[null]")]
    [InlineData("other@example.org", "smtp:[out]")]
    public void The_sender_may_choose_the_relayhost(string sender, string expected)
    {
        const string map = "inline:{boss@example.net=[boss] @example.net=[all] <>=[null] skip@example.net=DUNNO}";
        Router(("sender_dependent_relayhost_maps", map), ("relayhost", "[out]"), ("recipient_delimiter", "+"))
            .RouteAsync("user@example.com", sender, "", default).AtOnce().Destination.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("slow:[127.0.0.1]:10026", "slow:[127.0.0.1]:10026")]
    [InlineData("slow:", "slow:example.com")]
    [InlineData("nowhere:x", "retry:4.3.0 mail transport unavailable")]
    public void A_content_filter_stands_in_for_the_route(string filter, string expected)
    {
        var router = Router(("relayhost", "[out]"), ("transport_maps", "inline:{example.com=smtp:[mapped]}"));
        router.RouteAsync("user@example.com", "", filter, default).AtOnce().Destination.ToString().ShouldBe(expected);
        router.RouteAsync("user@example.com", "", "", default).AtOnce().Destination.ToString().ShouldBe("smtp:[mapped]");
    }

    [Fact]
    public void The_sender_may_choose_the_transport_for_mail_that_goes_out_only()
    {
        var router = Router(("sender_dependent_default_transport_maps", "inline:{@example.net=slow}"), ("relay_domains", "example.org"));
        router.RouteAsync("user@example.com", "a@example.net", "", default).AtOnce().Destination.ToString().ShouldBe("slow:example.com");
        router.RouteAsync("user@example.org", "a@example.net", "", default).AtOnce().Destination.ToString().ShouldBe("relay:example.org");
    }

    [Fact]
    public void With_a_recipient_limit_of_one_each_recipient_is_a_destination()
    {
        var router = Router(("slow_destination_recipient_limit", "1"), ("recipient_delimiter", "+"),
            ("transport_maps", "inline:{example.com=slow:[Hub]:26 example.net=error:no}"));
        var route = router.RouteAsync("User+ext@example.com", "", "", default).AtOnce();
        route.Destination.ToString().ShouldBe("slow:user@[hub]:26");
        route.Destination.Host.ShouldBe("[hub]:26");
        router.RouteAsync("User@example.net", "", "", default).AtOnce().Destination.ToString().ShouldBe("error:no");
    }

    [Fact]
    public void A_changed_table_moves_the_next_mail()
    {
        var router = Router(("transport_maps", $"hash:{Folder.Write("transport", "example.com slow:[a]")}"));
        RouteBy(router, "u@example.com").ShouldBe("slow:[a]");
        Folder.Write("transport", "example.com retry:4.4.1 Service unavailable");
        Clock.Advance(TableSource<object>.CheckInterval);
        RouteBy(router, "u@example.com").ShouldBe("retry:4.4.1 Service unavailable");
    }

    [Fact]
    public void A_nexthop_with_control_characters_is_refused()
    {
        var router = Router(("transport_maps", $"hash:{Folder.Write("transport", "example.com slow:a\x01b")}"));
        var route = router.RouteAsync("u@example.com", "", "", default).AtOnce();
        route.Destination.Transport.ShouldBe("retry");
        route.Failure!.ShouldContain("control characters");
    }

    [Fact]
    public void A_transport_parameter_without_a_transport_is_a_fault()
    {
        RouteBy(Router(("default_transport", "")), "u@example.com").ShouldStartWith("retry:");
        Set.Faults.ShouldHaveSingleItem().Parameter.ShouldBe("default_transport");
    }

    [Fact]
    public void The_common_case_allocates_nothing()
    {
        var router = Router(("relayhost", "[out]:587"));
        const string recipient = "someone@example.com";
        for (var i = 0; i < 100; i++) router.RouteAsync(recipient, "", "", default).AtOnce();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            var route = router.RouteAsync(recipient, "", "", default);
            if (!route.IsCompletedSuccessfully) throw new InvalidOperationException();
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);
    }

    [Fact]
    public void More_domains_than_are_remembered_are_routed_all_the_same()
    {
        var router = Router();
        for (var i = 0; i < 45_000; i++) RouteBy(router, $"u@d{i}.example").ShouldBe($"smtp:d{i}.example");
    }

    private string Route(string recipient, params (string, string)[] settings) => RouteBy(Router(settings), recipient);

    private static string RouteBy(Router router, string recipient) =>
        router.RouteAsync(recipient, "sender@example.net", "", CancellationToken.None).AtOnce().Destination.ToString();

    private Router Router(params (string, string)[] settings) =>
        new(ConfigSnapshot.With([("mydestination", ""), ("myorigin", "origin.test"), .. settings]), Set, Services);
}
