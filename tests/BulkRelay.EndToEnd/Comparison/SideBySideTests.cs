namespace BulkRelay.EndToEnd.Comparison;

/// <summary>
/// Each file <c>sidebyside/NAME.talk</c> is a dialogue that is held with a real Postfix and with the relay, which have the same
/// <c>main.cf</c> (<see cref="SideBySideServers"/>): replies, decisions in the mail log, and the mail that comes of it have to be the
/// same, word for word. What is meant to differ has a row in <c>sidebyside/DIFFERENCES.md</c>, with the reason.
/// <para>
/// To add one, write a file of these lines; nothing else has to be changed:
/// <code>
/// # What it shows.
/// set smtpd_sender_restrictions = check_sender_access hash:{dir}/senders      a setting of the service, any number of them
/// cleanup duplicate_filter_limit = 2                                          the same for what Postfix's cleanup reads
/// table senders: bad@example.com REJECT                                       a line of the file {dir}/senders, any number of them
/// client 127.0.0.9                                                            where the client comes from; 127.0.0.9 alone is in mynetworks
/// delivers 1                                                                  how many deliveries come of it, all recipients together
/// hold 2                                                                      how many connections the same client has besides, which do nothing
/// becomes 192.0.2.9                                                           the address that the server has for it in the end
/// early PROXY UNKNOWN\r\n                                                     sends that as soon as it is connected (escapes as in dialogs/)
/// &gt; EHLO client.test                                                          sends a line (escapes as in dialogs/) and reads the reply
/// &gt;&gt; Subject: a test                                                           sends a line, reads nothing
/// quiet                                                                       reads a reply without sending
/// end                                                                         the server hangs up
/// </code>
/// <c>{filter}</c> stands for a second next hop, <c>[address]:port</c>. Only what smtpd and cleanup read can be set: the other programs of Postfix
/// see the common <c>main.cf</c>. The greeting is read without being asked for.
/// </para>
/// </summary>
public sealed class SideBySideTests(SideBySideServers servers) : IClassFixture<SideBySideServers>
{
    public static TheoryData<string> All => [.. SideBySideServers.Names];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Relay_says_and_does_what_Postfix_does(string name)
    {
        var (talk, port) = servers.Postfix.Talks[name];
        var postfix = await TalkRecord.MakeAsync(talk, port);
        var relay = await TalkRecord.MakeAsync(servers.Relay.Talks[name].Talk, servers.Relay.Talks[name].Port);
        var sessions = talk.Held + 1;
        var postfixLog = await servers.Postfix.Log.NextAsync(talk.LoggedAs, sessions);
        var relayLog = await servers.Relay.Log.NextAsync(talk.LoggedAs, sessions);
        var (postfixMail, relayMail) = (await servers.Postfix.DeliveriesAsync(talk), await servers.Relay.DeliveriesAsync(talk));

        var comparison = new TalkComparison(servers.Differences.Where(d => d.Name == name));
        comparison.AddAll("", postfix.Select(s => $"{s.Step}: {s.Reply}"), relay.Select(s => $"{s.Step}: {s.Reply}"));
        comparison.AddAll("log: ", postfixLog.Select(servers.Postfix.Neutral), relayLog.Select(servers.Relay.Neutral));
        comparison.AddAll("mail: ", postfixMail.Heads, relayMail.Heads);
        comparison.AddAll("body: ", postfixMail.Bodies, relayMail.Bodies);
        comparison.Faults.ShouldBeEmpty();
    }

    /// <summary>A row for a dialogue that is gone, or whose name is misspelt, would never be looked at.</summary>
    [Fact]
    public void Differences_are_those_of_dialogues_that_are_held() =>
        servers.Differences.Select(d => d.Name).Except(SideBySideServers.Names).ShouldBeEmpty();

    [Fact]
    public void All_dialogues_are_there() => SideBySideServers.Names.Count.ShouldBeGreaterThanOrEqualTo(250);
}
