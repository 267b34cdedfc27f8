using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>A relay whose <c>mydestination</c> is Postfix's default, and which delivers nothing on the spot: nothing is taken that would only come back.</summary>
public sealed class Mail_for_nobody_here
{
    [Theory]
    [InlineData("nobody@relay.test", "550 5.3.5 <nobody@relay.test>: Recipient address rejected: no local delivery here")]
    [InlineData("stranger@relay.test", "550 5.1.1 <stranger@relay.test>: Recipient address rejected: User unknown in local recipient table")]
    [InlineData("|program@relay.test", "550 5.1.1 ")]
    [InlineData("ext.test:u@relay.test", "550 5.1.1 ")]
    public async Task It_is_refused_from_strangers_and_own_clients_and_the_operator_is_told(string recipient, string reply)
    {
        await using var relay = new RelayProcess("""
            mydestination = $myhostname, localhost.$mydomain, localhost
            mynetworks = 127.0.0.9/32
            smtpd_peername_lookup = no
            """);
        await relay.StartAsync();
        foreach (var client in new[] { RestrictedRelay.Outside, RestrictedRelay.Trusted })
            (await Swaks.SendAsync(relay, client, "innocent@victim.test", recipient)).ShouldStartWith(reply);
        (await relay.CommandAsync("mailq")).Succeeded().ShouldContain("Mail queue is empty");
        var log = await MailLogFile.WithAsync(relay.LogFile,
            ": mydestination: mail for relay.test, localhost.test, localhost is refused, for local_transport: ");
        log.ShouldNotContain("status=bounced");
    }
}
