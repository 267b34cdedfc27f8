using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>Greylisting by a real postgrey.</summary>
public sealed class Greylisting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task R32_First_try_is_put_off_and_a_later_one_accepted()
    {
        await using var postgrey = new PostgreyProcess();
        await postgrey.WaitAsync();
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess(MainCf(postgrey, inbox));
        await relay.StartAsync();
        (await SendAsync(relay)).ShouldStartWith("450 4.2.0 <b@hosted.test>: Recipient address rejected: Greylisted, see ");
        await MailLogFile.MatchingAsync(relay.LogFile, @"NOQUEUE: reject: RCPT from unknown\[127\.0\.0\.66\]: 450 4\.2\.0 "
            + @"<b@hosted\.test>: Recipient address rejected: Greylisted, see \S+; from=<a@x\.test> to=<b@hosted\.test> proto=ESMTP helo=<client\.test>");
        using var limit = new CancellationTokenSource(Patience);
        string reply;
        while ((reply = await SendAsync(relay)).StartsWith("450 ", StringComparison.Ordinal)) limit.Token.ThrowIfCancellationRequested();
        reply.ShouldStartWith("250 2.0.0 Ok: queued as ");
        System.Text.Encoding.UTF8.GetString((await inbox.NextAsync()).Content()).ShouldContain("X-Greylist: delayed ");
    }

    [Theory]
    [InlineData("", "451 4.3.5 <b@hosted.test>: Recipient address rejected: Server configuration problem")]
    [InlineData("smtpd_policy_service_default_action = DUNNO", "250 2.0.0 Ok: queued as ")]
    public async Task R32_Server_that_is_down_is_a_refusal_for_now_or_what_the_operator_wants(string setting, string reply)
    {
        await using var postgrey = new PostgreyProcess();
        await postgrey.WaitAsync();
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"{MainCf(postgrey, inbox)}\n{setting}");
        await relay.StartAsync();
        (await SendAsync(relay)).ShouldStartWith("450 4.2.0 ");
        await postgrey.KillAsync();
        (await SendAsync(relay)).ShouldStartWith(reply);
        await MailLogFile.MatchingAsync(relay.LogFile, $"warning: problem talking to server 127.0.0.1:{postgrey.Port}: ");
    }

    private static Task<string> SendAsync(RelayProcess relay) => Swaks.SendAsync(relay, "127.0.0.66", "a@x.test", "b@hosted.test");

    /// <summary>The page's own lines but for the port.</summary>
    private static string MainCf(PostgreyProcess postgrey, SinkInbox inbox) => $"""
        smtpd_recipient_restrictions = permit_mynetworks,
                                        permit_sasl_authenticated,
                                        reject_unauth_destination,
                                        check_policy_service inet:127.0.0.1:{postgrey.Port}
        mynetworks = 127.0.0.1/32
        relay_domains = hosted.test
        smtpd_peername_lookup = no
        relayhost = [127.0.0.1]:{inbox.Port}
        """;
}
