using BulkRelay.EndToEnd.Dns;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>A DNS list of clients at a real name server.</summary>
public sealed class Dns_lists
{
    private const string Zone = """
        $ORIGIN org.
        $TTL 60
        @ SOA ns admin 1 3600 600 86400 60
        @ NS ns
        ns A 127.0.0.1
        66.0.0.127.zen.spamhaus A 127.0.0.4
        66.0.0.127.zen.spamhaus TXT "https://www.spamhaus.org/query/ip/127.0.0.66"
        good MX 10 mail.good
        mail.good A 192.0.2.1
        hosted MX 10 mail.good
        """;

    /// <summary>The page's own lines: all that there was before smtpd_relay_restrictions.</summary>
    private const string Page = """
        smtpd_recipient_restrictions =
                permit_sasl_authenticated,
                permit_mynetworks,
                reject_rbl_client zen.spamhaus.org,
                reject_non_fqdn_sender,
                reject_non_fqdn_recipient,
                reject_unknown_sender_domain,
                reject_unauth_destination
        """;

    [Fact]
    public async Task R69_Clients_in_a_list_and_senders_that_cannot_be_are_refused()
    {
        await using var knot = await KnotServer.StartAsync("org", Zone);
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess(MainCf(knot, inbox));
        await relay.StartAsync();
        (await Swaks.SendAsync(relay, "127.0.0.66", "a@good.org", "b@hosted.org"))
            .ShouldBe("554 5.7.1 Service unavailable; Client host [127.0.0.66] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/127.0.0.66");
        (await Swaks.SendAsync(relay, "127.0.0.67", "a@dom", "b@hosted.org")).ShouldBe("504 5.5.2 <a@dom>: Sender address rejected: need fully-qualified address");
        (await Swaks.SendAsync(relay, "127.0.0.67", "a@good.org", "b@hosted"))
            .ShouldBe("504 5.5.2 <b@hosted>: Recipient address rejected: need fully-qualified address");
        (await Swaks.SendAsync(relay, "127.0.0.67", "a@none.org", "b@hosted.org")).ShouldBe("450 4.1.8 <a@none.org>: Sender address rejected: Domain not found");
        (await Swaks.SendAsync(relay, "127.0.0.67", "a@good.org", "b@good.org")).ShouldBe("554 5.7.1 <b@good.org>: Relay access denied");
        (await Swaks.SendAsync(relay, "127.0.0.67", "a@good.org", "b@hosted.org")).ShouldStartWith("250 2.0.0 Ok: queued as ");
        (await inbox.NextAsync()).Sender.ShouldBe("a@good.org");
        // Our own client is not looked up.
        (await Swaks.SendAsync(relay, "127.0.0.1", "a@dom", "b@good.org")).ShouldStartWith("250 2.0.0 Ok: queued as ");
    }

    [Fact]
    public async Task R69_List_that_does_not_answer_does_not_block_mail()
    {
        // This server knows nothing of the list, and says so as one does that is not responsible: nobody can tell.
        await using var knot = await KnotServer.StartAsync("net", Zone.Replace("org", "net", StringComparison.Ordinal));
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess(MainCf(knot, inbox) + "\nrelay_domains = hosted.net");
        await relay.StartAsync();
        (await Swaks.SendAsync(relay, "127.0.0.66", "a@good.net", "b@hosted.net")).ShouldStartWith("250 2.0.0 Ok: queued as ");
        (await inbox.NextAsync()).Recipients.ShouldBe(["b@hosted.net"]);
        await MailLogFile.MatchingAsync(relay.LogFile, @"warning: 66\.0\.0\.127\.zen\.spamhaus\.org: RBL lookup error: ");
    }

    private static string MainCf(KnotServer knot, SinkInbox inbox) => $"""
        {Page}
        dns_servers = {knot.EndPoint}
        dns_query_timeout = 1s
        dns_query_attempts = 1
        mynetworks = 127.0.0.1/32
        relay_domains = hosted.org
        smtpd_relay_restrictions =
        relayhost = [127.0.0.1]:{inbox.Port}
        """;
}
