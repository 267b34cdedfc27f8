using System.Text;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>The pages' restrictions, as they stand there but for names of hosts and people, with swaks as client.</summary>
public sealed class Recipes_of_restrictions
{
    [Fact]
    public async Task R28_the_lists_of_the_page_judge_as_they_are_known_to()
    {
        await using var relay = await RestrictedRelay.StartAsync("""
            smtpd_sasl_auth_enable = no
            smtpd_recipient_restrictions =
                    permit_mynetworks permit_sasl_authenticated reject_unauth_destination

            smtpd_helo_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_invalid_hostname, reject_unauth_pipelining, reject_non_fqdn_hostname
            """, new Dictionary<string, string>());

        (await relay.SendAsync("a@sender.test", "x@elsewhere.test")).ShouldBe("554 5.7.1 <x@elsewhere.test>: Relay access denied");
        (await relay.SendAsync("a@sender.test", "x@hosted.test")).ShouldBeEmpty();
        (await relay.SendAsync("a@sender.test", "x@elsewhere.test", RestrictedRelay.Trusted, "--helo", "short")).ShouldBeEmpty();
        (await relay.SendAsync("a@sender.test", "x@hosted.test", more: ["--helo", "short"]))
            .ShouldBe("504 5.5.2 <short>: Helo command rejected: need fully-qualified hostname");
        (await relay.SendAsync("a@sender.test", "x@hosted.test", more: ["--helo", "bad_..name"])).ShouldBe("501 5.5.2 <bad_..name>: Helo command rejected: Invalid name");
    }

    [Fact]
    public async Task R36_each_result_of_a_restriction_leads_where_the_page_says()
    {
        await using var relay = await RestrictedRelay.StartAsync("""
            smtpd_recipient_restrictions =
              check_sender_access hash:/etc/postfix/results
              check_recipient_access hash:/etc/postfix/recipients
              reject_unauth_destination
            """, new Dictionary<string, string>
        {
            ["results"] = """
                    ok@sender.test        OK
                    reject@sender.test    REJECT
                    defer@sender.test     DEFER
                    dunno@sender.test     DUNNO
                    text4@sender.test     450 4.7.0 come back
                    text5@sender.test     550 5.7.0 stay away
                    ifpermit@sender.test  DEFER_IF_PERMIT not sure
                    ifreject@sender.test  DEFER_IF_REJECT not sure
                    warn@sender.test      WARN look here
                    info@sender.test      INFO look here
                    prepend@sender.test   PREPEND X-Seen: yes
                    """,
            ["recipients"] = "blocked@hosted.test  REJECT blocked\n",
        });

        (await relay.SendAsync("ok@sender.test", "blocked@hosted.test")).ShouldBeEmpty("OK ends the list");
        (await relay.SendAsync("dunno@sender.test", "blocked@hosted.test"))
            .ShouldBe("554 5.7.1 <blocked@hosted.test>: Recipient address rejected: blocked", "neutral: the next element is asked");
        (await relay.SendAsync("reject@sender.test", "x@hosted.test")).ShouldBe("554 5.7.1 <reject@sender.test>: Sender address rejected: Access denied");
        (await relay.SendAsync("defer@sender.test", "x@hosted.test")).ShouldBe("450 4.7.1 <defer@sender.test>: Sender address rejected: Access denied");
        (await relay.SendAsync("text4@sender.test", "x@hosted.test")).ShouldBe("450 4.7.0 <text4@sender.test>: Sender address rejected: come back");
        (await relay.SendAsync("text5@sender.test", "x@hosted.test")).ShouldBe("550 5.7.0 <text5@sender.test>: Sender address rejected: stay away");
        (await relay.SendAsync("ifpermit@sender.test", "x@hosted.test")).ShouldBe("450 4.7.1 <ifpermit@sender.test>: Sender address rejected: not sure");
        (await relay.SendAsync("ifpermit@sender.test", "blocked@hosted.test")).ShouldStartWith("554 5.7.1 <blocked@hosted.test>");
        (await relay.SendAsync("ifreject@sender.test", "x@hosted.test")).ShouldBeEmpty();
        (await relay.SendAsync("ifreject@sender.test", "blocked@hosted.test")).ShouldBe("450 4.7.1 <ifreject@sender.test>: Sender address rejected: not sure");
        foreach (var sender in new[] { "warn", "info", "prepend" }) (await relay.SendAsync($"{sender}@sender.test", "x@hosted.test")).ShouldBeEmpty();

        await relay.LoggedAsync("NOQUEUE: warn: RCPT from unknown[127.0.0.66]: look here; from=<warn@sender.test> to=<x@hosted.test> proto=ESMTP helo=<client.example.com>");
        await relay.LoggedAsync("NOQUEUE: info: RCPT from unknown[127.0.0.66]: look here;");
        for (var i = 0; i < 5; i++)
        {
            var message = await relay.Sink.NextAsync();
            if (message.Sender == "prepend@sender.test") Encoding.ASCII.GetString(message.Wire.Span).ShouldStartWith("X-Seen: yes\r\nReceived: ");
        }
    }

    [Fact]
    public async Task R36_mail_goes_through_a_filter_waits_for_it_over_a_restart_and_is_held_where_a_rule_says_so()
    {
        var filterPort = FreePort.Next();
        await using var relay = await RestrictedRelay.StartAsync("""
            minimal_backoff_time = 1s
            maximal_backoff_time = 1s
            queue_run_delay = 1s
            smtpd_recipient_restrictions = check_recipient_access hash:/etc/postfix/actions
            """, new Dictionary<string, string>
        {
            ["actions"] = $"filter@hosted.test  FILTER smtp:[127.0.0.1]:{filterPort}\nhold@hosted.test  HOLD\n",
        });
        (await relay.SendAsync("a@sender.test", "filter@hosted.test")).ShouldBeEmpty();
        (await relay.SendAsync("a@sender.test", "hold@hosted.test")).ShouldBeEmpty();

        var listing = (await relay.Relay.CommandAsync("postqueue", "-j")).Succeeded();
        listing.ShouldContain("\"hold\"");
        listing.ShouldContain("filter@hosted.test");
        var id = listing.Split('\n').First(l => l.Contains("filter@hosted.test", StringComparison.Ordinal)).Split("\"queue_id\":")[1].Split('"')[1];
        (await relay.Relay.CommandAsync("queue", "show", id)).Succeeded().ShouldContain($"filter      smtp:[127.0.0.1]:{filterPort}");
        (await relay.Relay.CommandAsync("postcat", "-e", "-q", id)).Succeeded().ShouldContain($"content_filter: smtp:[127.0.0.1]:{filterPort}");

        await relay.Relay.KillAsync();
        await relay.Relay.StartAsync();
        await using var filter = new SinkInbox(port: filterPort);
        (await filter.NextAsync()).Recipients.ShouldBe(["filter@hosted.test"]);
        (await relay.Relay.CommandAsync("postsuper", "-H", "ALL")).Succeeded();
        (await relay.Sink.NextAsync()).Recipients.ShouldBe(["hold@hosted.test"]);
    }

    [Fact]
    public async Task R37_only_privileged_senders_write_to_an_address()
    {
        await using var relay = await RestrictedRelay.StartAsync("""
            smtpd_restriction_classes =  restricted_recipient
            smtpd_sender_restrictions =
              check_recipient_access hash:/etc/postfix/restricted_recipient
            restricted_recipient =
              check_sender_access hash:/etc/postfix/privileged_sender
              reject
            """, RestrictedTables);

        (await relay.SendAsync("boss@example.com", "everyone@example.com")).ShouldBeEmpty();
        (await relay.SendAsync("clerk@example.com", "everyone@example.com"))
            .ShouldBe("554 5.7.1 <everyone@example.com>: Recipient address rejected: Access denied");
        (await relay.SendAsync("clerk@example.com", "anyone@example.com")).ShouldBeEmpty();
        (await relay.SendAsync("boss@example.com", "x@elsewhere.test")).ShouldBe("554 5.7.1 <x@elsewhere.test>: Relay access denied");
    }

    [Fact]
    public async Task R37_the_misspelt_name_of_the_page_is_told_and_nobody_gets_through()
    {
        await using var relay = await RestrictedRelay.StartAsync("""
            smtpd_restrictions_classes =  restricted_recipient
            smtpd_sender_restrictions =
              check_recipient_access hash:/etc/postfix/restricted_recipient
            restricted_recipient =
              check_sender_access hash:/etc/postfix/privileged_sender
              reject
            """, RestrictedTables);

        (await relay.SendAsync("boss@example.com", "everyone@example.com")).ShouldBe("451 4.3.5 Server configuration error");
        await relay.LoggedAsync("unknown smtpd restriction: \"restricted_recipient\"");
        (await relay.Relay.CommandAsync("postconf", "-n")).Error.ShouldContain("unused parameter: smtpd_restrictions_classes=restricted_recipient");
    }

    [Fact]
    public async Task R38_senders_are_judged_by_address_domain_and_local_part()
    {
        await using var relay = await RestrictedRelay.StartAsync("""
            smtpd_recipient_restrictions =
                    permit_sasl_authenticated,
                    check_sender_access hash:/etc/postfix/sender_access,
                    reject_non_fqdn_sender,
                    reject_unauth_destination
            """, new Dictionary<string, string>
        {
            ["sender_access"] = """
                    myfriend@example.com   OK
                    junk@spam.com          REJECT
                    marketing@             REJECT
                    theboss@               OK
                    deals.marketing.com    REJECT
                    somedomain.com         OK
                    """,
        });

        foreach (var refused in new[] { "junk@spam.com", "marketing@anywhere.org", "x@deals.marketing.com", "x@sub.deals.marketing.com" })
            (await relay.SendAsync(refused, "x@hosted.test")).ShouldBe($"554 5.7.1 <{refused}>: Sender address rejected: Access denied");
        foreach (var accepted in new[] { "myfriend@example.com", "other@spam.com", "theboss@anywhere.org", "x@marketing.com", "x@somedomain.com" })
            (await relay.SendAsync(accepted, "x@hosted.test")).ShouldBeEmpty();
        (await relay.SendAsync("theboss@anywhere.org", "x@elsewhere.test")).ShouldBe("554 5.7.1 <x@elsewhere.test>: Relay access denied");
    }

    [Fact]
    public async Task R39_clients_by_network_get_lists_of_restrictions()
    {
        var port = $"[::1]:{FreePort.Next()}";
        await using var relay = await RestrictedRelay.StartAsync("""
            inet_protocols = all
            smtpd_recipient_restrictions =
               check_client_access cidr:/etc/postfix/client_cidr
            """, new Dictionary<string, string>
        {
            ["client_cidr"] = """
                    127.0.0.123         OK
                    127.0.0.1/32        dunno
                    0.0.0.0/0           reject_non_fqdn_sender, reject_non_fqdn_recipient
                    ::/0                reject_non_fqdn_sender, reject_non_fqdn_recipient
                    """,
        }, port);

        (await relay.SendAsync("short", "x@hosted.test", "127.0.0.123")).ShouldBeEmpty();
        (await relay.SendAsync("short", "x@hosted.test", "127.0.0.1")).ShouldBeEmpty();
        (await relay.SendAsync("short", "x@hosted.test")).ShouldBe("504 5.5.2 <short>: Sender address rejected: need fully-qualified address");
        (await relay.SendAsync("a@sender.test", "x@hosted.test")).ShouldBeEmpty();
        (await relay.SendAsync("short", "x@hosted.test", "::1", "--server", "::1", "--port", port[6..]))
            .ShouldBe("504 5.5.2 <short>: Sender address rejected: need fully-qualified address");
    }

    [Fact]
    public async Task R71_a_table_alone_is_asked_for_the_sender_and_the_rest_is_refused()
    {
        await using var relay = await RestrictedRelay.StartAsync("""
            smtpd_sender_restrictions =
                    hash:/etc/postfix/smtpd_sender_restrictions,
                    check_sender_access hash:/etc/postfix/check_sender_access,
                    reject
            """, new Dictionary<string, string>
        {
            ["smtpd_sender_restrictions"] = "domain1.tld    reject_non_fqdn_recipient, permit\ndomain2.tld    permit\n",
            ["check_sender_access"] = """
                    some.address@foreign.domain.tld    OK
                    other.address@other.domain.tld     OK
                    third.domain.tld                   OK
                    """,
        });

        foreach (var accepted in new[] { "user@domain1.tld", "user@domain2.tld", "some.address@foreign.domain.tld", "anyone@third.domain.tld" })
            (await relay.SendAsync(accepted, "x@hosted.test")).ShouldBeEmpty();
        (await relay.SendAsync("another@foreign.domain.tld", "x@hosted.test"))
            .ShouldBe("554 5.7.1 <another@foreign.domain.tld>: Sender address rejected: Access denied");
        await relay.LoggedAsync("Sender address rejected: Access denied;");
    }

    [Fact]
    public async Task R73_mynetworks_takes_addresses_networks_files_tables_and_exclusions()
    {
        await using var relay = await RestrictedRelay.StartAsync("""
            mynetworks = 127.0.0.10, 127.0.1.0/24, !127.0.2.5, 127.0.2.0/24, [::1]/128, /etc/postfix/network_file, cidr:/etc/postfix/network_table
            """, new Dictionary<string, string> { ["network_file"] = "# ours\n127.0.3.0/24\n", ["network_table"] = "127.0.4.0/24 OK\n" });

        foreach (var trusted in new[] { "127.0.0.10", "127.0.1.77", "127.0.2.6", "127.0.3.1", "127.0.4.1" })
            (await relay.SendAsync("a@sender.test", "x@elsewhere.test", trusted)).ShouldBeEmpty(trusted);
        foreach (var stranger in new[] { "127.0.0.11", "127.0.2.5", "127.0.5.1" })
            (await relay.SendAsync("a@sender.test", "x@elsewhere.test", stranger)).ShouldBe("554 5.7.1 <x@elsewhere.test>: Relay access denied", stranger);
    }

    private static Dictionary<string, string> RestrictedTables => new()
    {
        ["restricted_recipient"] = "everyone@example.com         restricted_recipient\n",
        ["privileged_sender"] = "boss@example.com         OK\n",
    };
}
