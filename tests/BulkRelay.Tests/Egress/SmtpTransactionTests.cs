using BulkRelay.Core.Queue;
using BulkRelay.Tests.Smtp;

namespace BulkRelay.Tests.Egress;

public sealed class SmtpTransactionTests
{
    [Theory]
    [InlineData(Replay.Whole)]
    [InlineData(Replay.LineByLine)]
    [InlineData(Replay.ByteByByte)]
    public async Task A_mail_goes_out_in_one_envelope_group_and_one_content(Replay replay)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync("SIZE 1000000");
            await c.TakeMailAsync();
        })
        { Replay = replay };

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        var recipient = outcome.Recipients.ShouldHaveSingleItem();
        recipient.Action.ShouldBe(DeliveryAction.Delivered);
        recipient.Status.ToString().ShouldBe("2.0.0");
        recipient.Reason.ShouldBe("250 2.0.0 Ok: queued as 4F2A");
        recipient.DiagnosticCode.ShouldBe("smtp; 250 2.0.0 Ok: queued as 4F2A");
        recipient.RemoteMta.ShouldBe("127.0.0.1");
        recipient.Relay.ShouldBe($"127.0.0.1[127.0.0.1]:{server.Port}");
        outcome.SiteTrouble.ShouldBeNull();
        outcome.ConnectionUses.ShouldBe(0);
        var connection = (await server.EndedAsync()).ShouldHaveSingleItem();
        connection.Received.ShouldBe("EHLO relay.test\r\nMAIL FROM:<sender@example.com> SIZE=25\r\nRCPT TO:<rcpt@example.net>\r\nDATA\r\n"
            + EgressFixture.Simple + ".\r\nQUIT\r\n");
    }

    [Fact]
    public async Task Without_pipelining_each_command_waits_for_its_reply()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.SayAsync("220 sink");
            await c.ExpectAsync("EHLO");
            await c.SayAsync("250 sink");
            foreach (var (command, reply) in new[] { ("MAIL", "250 Ok"), ("RCPT", "250 Ok"), ("DATA", "354 Go on") })
            {
                await c.ExpectAsync(command);
                c.IsQuiet.ShouldBeTrue(command);
                await c.SayAsync(reply);
            }
            await c.ExpectContentAsync();
            await c.SayAsync("250 Ok");
        });

        (await fixture.DeliverAsync(server.Nexthop)).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        await server.EndedAsync();
    }

    [Fact]
    public async Task Each_recipient_has_the_outcome_of_its_own_reply()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            for (var i = 0; i < 6; i++) await c.ExpectAsync(i == 0 ? "MAIL" : i == 5 ? "DATA" : $"RCPT TO:<r{i}@");
            await c.SayAsync("250 Ok\r\n250 Ok\r\n550 5.1.1 unknown\r\n450 4.2.0 busy\r\n250 Ok\r\n354 Go on");
            await c.ExpectContentAsync();
            await c.SayAsync("250 Ok");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop,
            EgressFixture.Mail(EgressFixture.Simple, "r1@example.net", "r2@example.net", "r3@example.net", "r4@example.net"));

        outcome.Recipients.Select(r => r.Recipient.Address)
            .ShouldBe(["r1@example.net", "r2@example.net", "r3@example.net", "r4@example.net"]);
        outcome.Recipients.Select(r => r.Action).ShouldBe(
            [DeliveryAction.Delivered, DeliveryAction.Failed, DeliveryAction.Deferred, DeliveryAction.Delivered]);
        outcome.Recipients[1].Reason.ShouldBe($"host {server.Name} said: 550 5.1.1 unknown (in reply to RCPT TO command)");
        outcome.Recipients[1].DiagnosticCode.ShouldBe("smtp; 550 5.1.1 unknown");
        outcome.Recipients[2].Status.ToString().ShouldBe("4.2.0");
        outcome.SiteTrouble.ShouldBeNull();
    }

    [Fact]
    public async Task A_refused_sender_concerns_all_recipients_and_their_replies_mean_nothing()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync("451 4.7.1 later\r\n550 5.5.1 no sender\r\n250 Ok\r\n503 5.5.1 no");
            await c.ExpectAsync("RCPT");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop,
            EgressFixture.Mail(EgressFixture.Simple, "a@example.net", "b@example.net"));

        outcome.Recipients.ShouldAllBe(r => r.Action == DeliveryAction.Deferred
            && r.Reason == $"host {server.Name} said: 451 4.7.1 later (in reply to MAIL FROM command)");
        outcome.SiteTrouble.ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_wants_data_for_nobody_gets_a_lone_dot_and_its_answer_is_not_believed()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync("250 Ok\r\n550 5.1.1 unknown\r\n354 Go on");
            await c.ExpectAsync("RCPT");
            await c.ExpectAsync("DATA");
            await c.ExpectContentAsync();
            await c.SayAsync("250 2.0.0 Ok: queued as NOTHING");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Failed);
        (await server.EndedAsync())[0].Content.ShouldBe(".\r\n");
    }

    [Theory]
    [InlineData("550 5.6.0 spam", DeliveryAction.Failed, "5.6.0", "")]
    [InlineData("451 try later", DeliveryAction.Deferred, "4.0.0", "")]
    [InlineData("250 what?", DeliveryAction.Failed, "5.5.0", "Protocol error: ")]
    public async Task A_refused_data_command_concerns_the_accepted_recipients(
        string reply, DeliveryAction action, string status, string prefix)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync($"250 Ok\r\n250 Ok\r\n{reply}");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(action);
        outcome.Recipients[0].Status.ToString().ShouldBe(status);
        outcome.Recipients[0].Reason.ShouldBe($"{prefix}host {server.Name} said: {reply} (in reply to DATA command)");
        outcome.SiteTrouble.ShouldBeNull();
    }

    [Theory]
    [InlineData("554 5.7.1 no", DeliveryAction.Failed, "5.7.1")]
    [InlineData("452-4.3.1 full\r\n452 4.3.1 up", DeliveryAction.Deferred, "4.3.1")]
    public async Task A_refusal_of_the_content_is_no_trouble_of_the_site(string reply, DeliveryAction action, string status)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.TakeMailAsync(reply);
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        outcome.Recipients[0].Action.ShouldBe(action);
        outcome.Recipients[0].Status.ToString().ShouldBe(status);
        outcome.Recipients[0].Reason.ShouldBe($"host {server.Name} said: {reply.Replace("\r\n", " ")} (in reply to end of DATA command)");
        outcome.SiteTrouble.ShouldBeNull();
    }

    [Theory]
    [InlineData("452 4.5.3 too many", "4.5.3", DeliveryAction.Deferred)]
    [InlineData("552 too many recipients", "4.5.3", DeliveryAction.Deferred)]
    [InlineData("552 5.2.2 mailbox full", "5.2.2", DeliveryAction.Failed)]
    public async Task Too_many_recipients_is_never_permanent(string reply, string status, DeliveryAction action)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync($"250 Ok\r\n250 Ok\r\n{reply}\r\n354 Go on");
            await c.ExpectAsync("RCPT");
            await c.ExpectAsync("RCPT");
            await c.ExpectAsync("DATA");
            await c.ExpectContentAsync();
            await c.SayAsync("250 Ok");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop,
            EgressFixture.Mail(EgressFixture.Simple, "a@example.net", "b@example.net"));

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
        outcome.Recipients[1].Action.ShouldBe(action);
        outcome.Recipients[1].Status.ToString().ShouldBe(status);
    }

    [Fact]
    public async Task A_large_envelope_goes_out_in_groups_that_never_block()
    {
        var recipients = Enumerable.Range(0, 3000).Select(i => $"recipient-with-a-long-name-{i}@destination.example.net").ToArray();
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL");
            await c.SayAsync("250 Ok");
            foreach (var recipient in recipients)
            {
                await c.ExpectAsync($"RCPT TO:<{recipient}>");
                await c.SayAsync("250 " + new string('x', 400));
            }
            await c.ExpectAsync("DATA");
            await c.SayAsync("354 Go on");
            await c.ExpectContentAsync();
            await c.SayAsync("250 Ok");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(EgressFixture.Simple, recipients));

        outcome.Recipients.Count.ShouldBe(3000);
        outcome.Recipients.ShouldAllBe(r => r.Action == DeliveryAction.Delivered);
    }

    [Fact]
    public async Task Content_of_many_segments_arrives_as_the_rules_of_the_wire_want_it()
    {
        var lines = Enumerable.Range(0, 30_000).Select(i => i % 7 == 0 ? ".dot\r\n" : $"line {i}\r\n");
        var content = "Subject: x\r\n\r\n" + string.Concat(lines) + new string('y', 3000);
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.TakeMailAsync();
        });

        (await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(content))).Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);

        var wire = (await server.EndedAsync())[0].Content;
        WireRules.Check(wire, 998);
        WireRules.Unstuff(wire).ShouldBe(WireRules.Canonical(content, 998));
    }

    [Fact]
    public async Task Content_that_should_never_have_been_stored_is_cleaned_and_reported()
    {
        const string smuggled = "a\n.\nMAIL FROM:<x>\r\n.\r\0\n\r\n\0.\r\nb\r.\r";
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.TakeMailAsync();
        });

        await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(smuggled));

        var connection = (await server.EndedAsync())[0];
        WireRules.Check(connection.Content, 998);
        connection.Received.ShouldEndWith(connection.Content + "QUIT\r\n");
        fixture.CloseLog().ShouldContain("warning: 4F2A1: content was not canonical");
    }

    [Fact]
    public async Task Delivery_status_parameters_are_passed_on_as_they_came_where_they_are_offered()
    {
        var message = EgressFixture.Mail().Entry.Message with { Ret = "HDRS", Envid = "QQ+2B1", Sender = "" };
        var request = EgressFixture.Mail(message);
        var recipient = request.Entry.Recipients[0] with { Orcpt = "rfc822;a+2Bb@example.net", Notify = "SUCCESS,FAILURE" };
        request = request with { Entry = request.Entry with { Recipients = [recipient] } };
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(
            async c => { await c.GreetAsync("DSN"); await c.TakeMailAsync(); },
            async c => { await c.GreetAsync(); await c.TakeMailAsync(); });

        await fixture.DeliverAsync(server.Nexthop, request);
        await fixture.DeliverAsync(server.Nexthop, request);

        var connections = await server.EndedAsync();
        connections[0].Received.ShouldContain(
            "MAIL FROM:<> ENVID=QQ+2B1 RET=HDRS\r\nRCPT TO:<rcpt@example.net> ORCPT=rfc822;a+2Bb@example.net NOTIFY=SUCCESS,FAILURE\r\n");
        connections[1].Received.ShouldContain("MAIL FROM:<>\r\nRCPT TO:<rcpt@example.net>\r\n");
    }

    [Theory]
    [InlineData("rcpt@example.net", "rfc822;rcpt@example.net")]
    [InlineData("a+b=c@example.net", "rfc822;a+2Bb+3Dc@example.net")]
    [InlineData("\"a b\"@example.net", "rfc822;\"a+20b\"@example.net")]
    public async Task The_recipient_is_its_own_original_where_the_sender_named_none(string recipient, string orcpt)
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c => { await c.GreetAsync("DSN"); await c.TakeMailAsync(); });

        var outcome = await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(EgressFixture.Simple, recipient));

        (await server.EndedAsync())[0].Received.ShouldContain($"RCPT TO:<{recipient}> ORCPT={orcpt}\r\n");
        outcome.Recipients[0].ShouldSatisfyAllConditions(r => r.IsRelayed.ShouldBeTrue(), r => r.HopSendsReports.ShouldBeTrue());
    }

    [Fact]
    public async Task A_server_without_DSN_will_not_report()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c => { await c.GreetAsync(); await c.TakeMailAsync(); });

        var outcome = await fixture.DeliverAsync(server.Nexthop);

        (await server.EndedAsync())[0].Received.ShouldContain("RCPT TO:<rcpt@example.net>\r\n");
        outcome.Recipients[0].ShouldSatisfyAllConditions(r => r.IsRelayed.ShouldBeTrue(), r => r.HopSendsReports.ShouldBeFalse());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_probe_ends_with_the_replies_to_RCPT(bool isPipelined)
    {
        var message = EgressFixture.Mail().Entry.Message with { Trace = DeliveryTrace.Verify };
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.SayAsync("220 sink ESMTP");
            await c.ExpectAsync("EHLO ");
            await c.SayAsync(isPipelined ? "250-sink\r\n250 PIPELINING" : "250 sink");
            await c.ExpectAsync("MAIL FROM:<sender@example.com>");
            await c.SayAsync("250 2.1.0 Ok");
            await c.ExpectAsync("RCPT TO:<a@example.net>");
            await c.SayAsync("250 2.1.5 Ok");
            await c.ExpectAsync("RCPT TO:<b@example.net>");
            await c.SayAsync("550 5.1.1 no such user");
            await c.ExpectAsync("QUIT");
        });

        var outcome = await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(message, EgressFixture.Simple, "a@example.net", "b@example.net"));

        (await server.EndedAsync())[0].Received.ShouldNotContain("DATA");
        outcome.Recipients.Select(r => r.Action).ShouldBe([DeliveryAction.Delivered, DeliveryAction.Failed]);
        outcome.Recipients[0].Reason.ShouldBe("250 2.1.5 Ok");
        outcome.SiteTrouble.ShouldBeNull();
    }

    [Fact]
    public async Task A_session_that_carried_a_probe_is_reset_before_its_next_use()
    {
        var probe = EgressFixture.Mail(EgressFixture.Mail().Entry.Message with { Trace = DeliveryTrace.Verify });
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c =>
        {
            await c.GreetAsync();
            await c.ExpectAsync("MAIL FROM:");
            await c.ExpectAsync("RCPT TO:");
            await c.SayAsync("250 2.1.0 Ok\r\n250 2.1.5 Ok");
            await c.ExpectAsync("RSET");
            await c.SayAsync("250 2.0.0 Ok");
            await c.TakeMailAsync();
        });
        var agent = fixture.CreateAgent(server.Nexthop);

        await agent.DeliverAsync(EgressFixture.For(server.Nexthop, probe), CancellationToken.None);
        var outcome = await agent.DeliverAsync(EgressFixture.For(server.Nexthop, EgressFixture.Mail()), CancellationToken.None);

        outcome.Recipients[0].Action.ShouldBe(DeliveryAction.Delivered);
    }

    [Fact]
    public async Task With_VERP_the_sender_names_the_recipient()
    {
        var message = EgressFixture.Mail().Entry.Message with { Verp = "+=" };
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c => { await c.GreetAsync(); await c.TakeMailAsync(); });

        await fixture.DeliverAsync(server.Nexthop, EgressFixture.Mail(message));

        (await server.EndedAsync())[0].Received.ShouldContain("MAIL FROM:<sender+rcpt=example.net@example.com>\r\nRCPT TO:<rcpt@example.net>\r\n");
    }

    [Fact]
    public async Task An_address_with_a_line_end_is_a_bug_and_never_a_command()
    {
        await using var fixture = new EgressFixture();
        await using var server = new ScriptedServer(async c => await c.GreetAsync());
        var agent = fixture.CreateAgent(server.Nexthop);
        var request = EgressFixture.For(server.Nexthop, EgressFixture.Mail(EgressFixture.Simple, "a@example.net>\r\nDATA"));

        await Should.ThrowAsync<ArgumentException>(() => agent.DeliverAsync(request, CancellationToken.None));

        (await server.EndedAsync())[0].Received.ShouldBe("EHLO relay.test\r\n");
    }
}
