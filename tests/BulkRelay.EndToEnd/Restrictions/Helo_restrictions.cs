using System.Net;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>
/// Checks of HELO by their old names. The same replies come from a real Postfix: dialogues <c>recipe_of_helo_checks</c> in
/// <c>sidebyside</c>.
/// </summary>
public sealed class Helo_restrictions
{
    private const string Page = """
        smtpd_recipient_restrictions =
                permit_mynetworks permit_sasl_authenticated reject_unauth_destination

        smtpd_helo_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_invalid_hostname, reject_unauth_pipelining, reject_non_fqdn_hostname
        """;

    [Fact]
    public async Task R28_Helo_and_recipient_restrictions_of_the_page()
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess(MainCf(inbox));
        await relay.StartAsync();
        (await Swaks.SendAsync(relay, "127.0.0.66", "a@x.test", "b@hosted.test", "a..b")).ShouldBe("501 5.5.2 <a..b>: Helo command rejected: Invalid name");
        (await Swaks.SendAsync(relay, "127.0.0.66", "a@x.test", "b@hosted.test", "foo"))
            .ShouldBe("504 5.5.2 <foo>: Helo command rejected: need fully-qualified hostname");
        (await Swaks.SendAsync(relay, "127.0.0.66", "a@x.test", "b@other.test")).ShouldBe("554 5.7.1 <b@other.test>: Relay access denied");
        (await Swaks.SendAsync(relay, "127.0.0.66", "a@x.test", "b@hosted.test")).ShouldStartWith("250 2.0.0 Ok: queued as ");
        (await Swaks.SendAsync(relay, "127.0.0.1", "a@x.test", "b@other.test", "foo")).ShouldStartWith("250 2.0.0 Ok: queued as ");
    }

    [Theory]
    [InlineData("yes", "554 5.5.0 Error: SMTP protocol synchronization")]
    [InlineData("no", "503 5.5.0 <client.test>: Helo command rejected: Improper use of SMTP command pipelining")]
    public async Task R28_Client_that_does_not_wait_is_refused(string forbids, string reply)
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"{MainCf(inbox)}\nsmtpd_forbid_unauth_pipelining = {forbids}");
        await relay.StartAsync();
        using var client = new DialogClient(IPAddress.Parse("127.0.0.66"), new IPEndPoint(IPAddress.Loopback, relay.Port));
        await client.ReadLineAsync();
        await client.SendAsync("HELO client.test\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@hosted.test>\r\n"u8.ToArray());
        string? line;
        do line = await client.ReadLineAsync();
        while (line is ['2', ..]);
        line.ShouldBe(reply);
    }

    private static string MainCf(SinkInbox inbox) => $"""
        {Page}
        mynetworks = 127.0.0.1/32
        relay_domains = hosted.test
        smtpd_peername_lookup = no
        relayhost = [127.0.0.1]:{inbox.Port}
        """;
}
