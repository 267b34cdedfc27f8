using BulkRelay.Core.Dns;
using BulkRelay.Core.Queue;

namespace BulkRelay.Tests.Egress;

public sealed class SmtpHostsTests
{
    [Fact]
    public async Task A_host_that_refuses_the_connection_is_passed_over()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(Accept);
        fixture.AddHosts("example.net", EgressFixture.DeadHost("mx1.example.net"), EgressFixture.Host("mx2.example.net", server, 10));

        var outcome = await fixture.DeliverAsync("example.net");

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        outcome.Recipients[0].Relay.ShouldBe($"mx2.example.net[127.0.0.1]:{server.Port}");
        outcome.Recipients[0].RemoteMta.ShouldBe("mx2.example.net");
        fixture.CloseLog().ShouldContain("connect to mx1.example.net[127.0.0.1]:1: Connection refused");
    }

    [Fact]
    public async Task Without_any_connection_the_site_is_in_trouble()
    {
        await using var fixture = new EgressFixture();
        fixture.AddHosts("example.net", EgressFixture.DeadHost("mx1.example.net"), EgressFixture.DeadHost("mx2.example.net"));

        var outcome = await fixture.DeliverAsync("example.net");

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Recipients[0].Status.ToString().ShouldBe("4.4.1");
        outcome.Recipients[0].Reason.ShouldBe("connect to mx2.example.net[127.0.0.1]:1: Connection refused");
        outcome.Recipients[0].Relay.ShouldBe("none");
        outcome.SiteTrouble.ShouldBe(outcome.Recipients[0].Reason);
    }

    [Fact]
    public async Task Each_recipient_goes_to_the_first_host_that_takes_or_refuses_it()
    {
        await using var fixture = new EgressFixture();
        await using var first = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync("250 Ok\r\n250 Ok\r\n450 4.2.1 busy\r\n550 5.1.1 unknown\r\n354 Go on");
            for (var i = 0; i < 3; i++) await c.ExpectAsync("RCPT");
            await c.ExpectAsync("DATA");
            await c.ExpectContentAsync();
            await c.SayAsync("250 Ok by first");
        });
        await using var second = new ScriptedServer(Accept);
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", first), EgressFixture.Host("mx2", second, 10));

        var outcome = await fixture.DeliverAsync("example.net",
            EgressFixture.Mail(EgressFixture.Simple, "a@example.net", "b@example.net", "c@example.net"));

        outcome.Recipients.Select(r => r.Action).ShouldBe([DeliveryAction.Delivered, DeliveryAction.Delivered, DeliveryAction.Failed]);
        outcome.Recipients.Select(r => r.RemoteMta).ShouldBe(["mx1", "mx2", "mx1"]);
        (await second.EndedAsync())[0].Received.ShouldContain("\r\nRCPT TO:<b@example.net>\r\nDATA\r\n");
        fixture.CloseLog().ShouldContain("4F2A1: host mx1[127.0.0.1] said: 450 4.2.1 busy (in reply to RCPT TO command)");
    }

    [Theory]
    [InlineData("greeting")]
    [InlineData("MAIL")]
    [InlineData("dot")]
    public async Task A_soft_refusal_moves_on_to_the_next_host(string where)
    {
        await using var fixture = new EgressFixture();
        await using var first = new ScriptedServer(c => RefuseAsync(c, where, "451 4.3.0 later"));
        await using var second = new ScriptedServer(Accept);
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", first), EgressFixture.Host("mx2", second));

        (await fixture.DeliverAsync("example.net")).Recipients[0].RemoteMta.ShouldBe("mx2");
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("dot")]
    public async Task A_hard_refusal_is_final(string where)
    {
        await using var fixture = new EgressFixture();
        await using var first = new ScriptedServer(c => RefuseAsync(c, where, "550 5.7.1 never"));
        await using var second = new ScriptedServer(Accept);
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", first), EgressFixture.Host("mx2", second));

        (await fixture.DeliverAsync("example.net")).Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        second.Connections.ShouldBeEmpty();
    }

    [Fact]
    public async Task Doubt_is_final_and_no_other_host_gets_the_message()
    {
        await using var fixture = new EgressFixture(("smtp_fallback_relay", "fallback.example.com"));
        await using var first = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync("250 Ok\r\n250 Ok\r\n450 4.2.0 busy\r\n354 Go on");
            for (var i = 0; i < 2; i++) await c.ExpectAsync("RCPT");
            await c.ExpectAsync("DATA");
            await c.ExpectContentAsync();
            c.Close();
        });
        await using var second = new ScriptedServer(Accept);
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", first), EgressFixture.Host("mx2", second));

        var outcome = await fixture.DeliverAsync("example.net", EgressFixture.Mail(EgressFixture.Simple, "a@example.net", "b@example.net"));

        outcome.Recipients.Select(r => r.Action).ShouldBe([DeliveryAction.InDoubt, DeliveryAction.Delivered]);
        (await second.EndedAsync())[0].Received.ShouldNotContain("a@example.net");
    }

    [Fact]
    public async Task A_session_that_ran_to_its_end_shows_that_the_site_is_well()
    {
        await using var fixture = new EgressFixture();
        await using var first = new ScriptedServer(c => RefuseAsync(c, "dot", "451 4.3.0 later"));
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", first), EgressFixture.DeadHost("mx2"));

        var outcome = await fixture.DeliverAsync("example.net");

        outcome.Recipients[0].Reason.ShouldStartWith("connect to mx2");
        outcome.SiteTrouble.ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_reason_that_is_kept_is_the_one_that_needs_somebodys_action(bool isFirst)
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"));
        await using var clear = new ScriptedServer(c => c.GreetAsync());
        MailHost[] hosts = [EgressFixture.Host("mx1", clear), EgressFixture.DeadHost("mx2")];
        fixture.AddHosts("example.net", isFirst ? hosts : [.. hosts.Reverse()]);

        var outcome = await fixture.DeliverAsync("example.net");

        const string reason = "TLS is required, but was not offered by host mx1[127.0.0.1]";
        outcome.Recipients[0].Reason.ShouldBe(reason);
        outcome.Recipients[0].Status.ToString().ShouldBe("4.7.4");
        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.SiteTrouble.ShouldBe(reason);
        var log = fixture.CloseLog();
        log.ShouldContain("connect to mx2[127.0.0.1]:1: Connection refused");
        log.Contains($"4F2A1: {reason}", StringComparison.Ordinal).ShouldBe(isFirst);
    }

    [Fact]
    public async Task Every_hosts_failure_is_logged_whatever_is_kept()
    {
        await using var fixture = new EgressFixture();
        await using var blocked = new ScriptedServer(c => RefuseAsync(c, "greeting", "554 5.7.1 blocked"));
        await using var soft = new ScriptedServer(c => RefuseAsync(c, "MAIL", "451 4.3.0 later"));
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", blocked), EgressFixture.DeadHost("mx2"), EgressFixture.Host("mx3", soft));
        fixture.AddFailure("second.example", "4.4.3", "Host not found, try again");

        var outcome = await fixture.DeliverAsync("example.net second.example");

        outcome.Recipients[0].Reason.ShouldBe("host mx1[127.0.0.1] refused to talk to me: 554 5.7.1 blocked");
        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        var log = fixture.CloseLog();
        log.ShouldContain("4F2A1: host mx1[127.0.0.1] refused to talk to me: 554 5.7.1 blocked");
        log.ShouldContain("connect to mx2[127.0.0.1]:1: Connection refused");
        log.ShouldContain("4F2A1: host mx3[127.0.0.1] said: 451 4.3.0 later (in reply to MAIL FROM command)");
        log.ShouldContain("4F2A1: Host not found, try again");
    }

    [Fact]
    public async Task What_is_final_decides_over_the_mail_though_an_earlier_reason_needs_action()
    {
        await using var fixture = new EgressFixture(("smtp_tls_security_level", "encrypt"));
        await using var clear = new ScriptedServer(c => c.GreetAsync());
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", clear));
        fixture.AddFailure("second.example", "5.4.4", "Host not found");

        (await fixture.DeliverAsync("example.net second.example")).Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
    }

    [Fact]
    public async Task No_more_sessions_are_opened_than_smtp_mx_session_limit_says_and_dead_hosts_do_not_count()
    {
        await using var fixture = new EgressFixture();
        await using var soft = new ScriptedServer(c => RefuseAsync(c, "MAIL", "451 4.3.0 later"));
        await using var busy = new ScriptedServer(c => RefuseAsync(c, "greeting", "421 4.3.2 busy"));
        await using var last = new ScriptedServer(Accept);
        fixture.AddHosts("example.net", EgressFixture.DeadHost("mx0"), EgressFixture.Host("mx1", soft), EgressFixture.Host("mx2", busy),
            EgressFixture.Host("mx3", soft), EgressFixture.Host("mx4", last));

        var outcome = await fixture.DeliverAsync("example.net");

        outcome.Recipients[0].Reason.ShouldBe("host mx3[127.0.0.1] said: 451 4.3.0 later (in reply to MAIL FROM command)");
        last.Connections.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("554 5.7.1 you are listed", "", "host mx1[127.0.0.1] refused to talk to me: 554 5.7.1 you are listed")]
    [InlineData("", "smtp_tls_security_level=encrypt", "TLS is required, but was not offered by host mx1[127.0.0.1]")]
    [InlineData("", "smtp_sasl_auth_enable=yes", "SASL authentication failed; cannot authenticate to server mx1[127.0.0.1]: no mechanism available")]
    public async Task What_somebody_has_to_mend_is_not_hidden_by_a_host_that_cannot_be_reached(string greeting, string setting, string reason)
    {
        await using var fixture = new EgressFixture(("smtp_sasl_password_maps", "static:user:secret"),
            setting.Length == 0 ? ("smtp_helo_timeout", "300s") : (setting.Split('=')[0], setting.Split('=')[1]));
        await using var server = new ScriptedServer(c => greeting.Length > 0 ? c.SayAsync(greeting) : c.GreetAsync("AUTH GSSAPI"));
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", server), EgressFixture.DeadHost("mx2", 10));

        var outcome = (await fixture.DeliverAsync("example.net")).Recipients[0];

        outcome.Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Reason.ShouldStartWith(reason);
        outcome.Relay.ShouldBe($"mx1[127.0.0.1]:{server.Port}");
        fixture.CloseLog().ShouldContain("connect to mx2[127.0.0.1]:1: Connection refused");
    }

    [Fact]
    public async Task The_failure_of_each_host_is_logged()
    {
        await using var fixture = new EgressFixture();
        await using var first = new ScriptedServer(c => RefuseAsync(c, "MAIL", "451 4.3.0 later"));
        await using var third = new ScriptedServer(c => RefuseAsync(c, "greeting", "421 4.3.2 busy"));
        fixture.AddHosts("example.net",
            EgressFixture.Host("mx1", first), EgressFixture.DeadHost("mx2"), EgressFixture.Host("mx3", third), EgressFixture.DeadHost("mx4"));

        (await fixture.DeliverAsync("example.net")).Recipients[0].Reason.ShouldBe("connect to mx4[127.0.0.1]:1: Connection refused");

        var lines = fixture.CloseLog().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l[(l.IndexOf("]: ", StringComparison.Ordinal) + 3)..]);
        lines.ShouldBe([
            "connect to mx2[127.0.0.1]:1: Connection refused",
            "4F2A1: host mx1[127.0.0.1] said: 451 4.3.0 later (in reply to MAIL FROM command)",
            "4F2A1: host mx3[127.0.0.1] refused to talk to me: 421 4.3.2 busy",
            "connect to mx4[127.0.0.1]:1: Connection refused",
        ], ignoreOrder: true);
    }

    [Fact]
    public async Task Several_nexthops_are_tried_in_order()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(Accept);
        fixture.AddFailure("unknown.example", "5.4.4", "Host not found");

        var outcome = await fixture.DeliverAsync($"unknown.example, [127.0.0.1]:1 {server.Nexthop}");

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        fixture.Lookups.ShouldBe(["unknown.example", "127.0.0.1", "127.0.0.1"]);
    }

    [Theory]
    [InlineData("5.4.4", DeliveryAction.Failed)]
    [InlineData("4.4.3", DeliveryAction.Deferred)]
    public async Task A_destination_that_is_not_found_has_the_outcome_of_the_lookup(string status, DeliveryAction action)
    {
        await using var fixture = new EgressFixture();
        fixture.AddFailure("example.net", status, "Host or domain name not found");

        var outcome = await fixture.DeliverAsync("example.net");

        outcome.Recipients[0].Action.ShouldBe(action);
        outcome.Recipients[0].Status.ToString().ShouldBe(status);
        outcome.Recipients[0].Reason.ShouldBe("Host or domain name not found");
        outcome.SiteTrouble.ShouldBe(action == DeliveryAction.Deferred ? "Host or domain name not found" : null);
    }

    [Fact]
    public async Task The_fallback_relay_takes_what_has_no_host()
    {
        await using var server = new ScriptedServer(Accept);
        await using var fixture = new EgressFixture(("smtp_fallback_relay", server.Nexthop));
        fixture.AddFailure("example.net", "5.4.4", "Host or domain name not found");

        (await fixture.DeliverAsync("example.net")).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
    }

    [Fact]
    public async Task Mail_that_loops_does_not_go_to_the_fallback_relay()
    {
        await using var fixture = new EgressFixture(("smtp_fallback_relay", "fallback.example.com"));
        fixture.AddFailure("example.net", "5.4.6", "mail for example.net loops back to myself");

        (await fixture.DeliverAsync("example.net")).Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        fixture.Lookups.ShouldBe(["example.net"]);
    }

    [Theory]
    [InlineData("relayhost", "relay.example.com", "relay.example.com")]
    [InlineData("smtp_fallback_relay", "relay.example.com", "[127.0.0.1]:1")]
    public async Task A_relay_of_our_own_that_is_not_found_is_no_reason_to_return_mail(string parameter, string value, string nexthop)
    {
        await using var fixture = new EgressFixture((parameter, value));
        fixture.AddFailure("relay.example.com", "5.4.4", "Host or domain name not found");

        var outcome = await fixture.DeliverAsync(nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Deferred);
        outcome.Recipients[0].Status.ToString().ShouldBe("4.3.5");
    }

    [Fact]
    public async Task A_nexthop_that_cannot_be_read_is_a_fault_of_the_configuration()
    {
        await using var fixture = new EgressFixture();

        var outcome = await fixture.DeliverAsync("[127.0.0.1]:nowhere");

        outcome.Recipients[0].Status.ToString().ShouldBe("4.3.5");
        outcome.Recipients[0].Reason.ShouldContain("nowhere");
    }

    [Fact]
    public async Task Soft_refusals_on_a_kept_connection_move_on_to_the_other_hosts()
    {
        await using var fixture = new EgressFixture();
        await using var first = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.TakeMailAsync();
            await c.TakeMailAsync("452 4.3.1 full");
        });
        await using var second = new ScriptedServer(Accept);
        fixture.AddHosts("example.net", EgressFixture.Host("mx1", first), EgressFixture.Host("mx2", second));
        var agent = fixture.CreateAgent("example.net");
        var request = EgressFixture.For("example.net", EgressFixture.Mail());

        (await agent.DeliverAsync(request, default)).Recipients[0].RemoteMta.ShouldBe("mx1");
        (await agent.DeliverAsync(request, default)).Recipients[0].RemoteMta.ShouldBe("mx2");

        first.Connections.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_hard_stop_ends_a_delivery_of_which_nothing_is_certain()
    {
        using var stop = new CancellationTokenSource();
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await stop.CancelAsync();
        });
        var agent = fixture.CreateAgent(server.Nexthop);

        var request = EgressFixture.For(server.Nexthop, EgressFixture.Mail());

        await Should.ThrowAsync<OperationCanceledException>(
            () => agent.DeliverAsync(request, stop.Token).WaitAsync(TimeSpan.FromSeconds(30)));
        await server.EndedAsync();
    }

    [Fact]
    public async Task A_hard_stop_after_the_dot_returns_what_is_known()
    {
        using var stop = new CancellationTokenSource();
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync("250 Ok\r\n250 Ok\r\n450 4.2.0 busy\r\n354 Go on");
            for (var i = 0; i < 2; i++) await c.ExpectAsync("RCPT");
            await c.ExpectAsync("DATA");
            await c.ExpectContentAsync();
            await stop.CancelAsync();
        });
        var agent = fixture.CreateAgent(server.Nexthop);
        var request = EgressFixture.For(server.Nexthop, EgressFixture.Mail(EgressFixture.Simple, "a@example.net", "b@example.net"));

        var outcome = await agent.DeliverAsync(request, stop.Token).WaitAsync(TimeSpan.FromSeconds(30));

        outcome.Recipients.Select(r => r.Action).ShouldBe([DeliveryAction.InDoubt, DeliveryAction.Deferred]);
    }

    private static async Task Accept(ScriptedConnection c)
    {
        await c.GreetAsync();
        await c.TakeMailAsync();
    }

    private static async Task RefuseAsync(ScriptedConnection c, string where, string reply)
    {
        if (where == "greeting")
        {
            await c.SayAsync(reply);
            return;
        }
        await c.GreetAsync();
        if (where == "dot")
        {
            await c.TakeMailAsync(reply);
            return;
        }
        await c.ExpectAsync("MAIL");
        await c.SayAsync($"{reply}\r\n503 5.5.1 no\r\n503 5.5.1 no");
    }
}
