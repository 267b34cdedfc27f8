using System.Net;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Configuration;

/// <summary>Old and new defaults beside Postfix's, and what both say where an old one decides.</summary>
public sealed class Compatibility_levels
{
    /// <summary>Names that Postfix and we give ourselves, which appear in defaults.</summary>
    private const string SameNames = "mail_name = X\nmail_version = 1\nmyhostname = relay.test\nqueue_directory = /q\n";

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("3.5")]
    [InlineData("3.6")]
    [InlineData("3.7")]
    public async Task Defaults_are_those_of_postfix_at_that_level(string level)
    {
        using var pair = new ConfigPair($"compatibility_level = {level}\n{SameNames}");
        var theirs = Values((await pair.PostfixAsync("-x")).Succeeded());
        var ours = Values((await pair.OursAsync("-x")).Succeeded());

        var wrong = ParameterCatalog.All.Select(p => p.Name).Append("mynetworks")
            .Where(n => theirs.ContainsKey(n) && ours[n] != theirs[n] && !DefaultDifferences.Intended.ContainsKey(n))
            .Where(n => n is "mynetworks" || !DefaultDifferences.OfTheMachine.Contains(n));

        wrong.Select(n => $"{n}: {ours[n]} is {theirs[n]} in Postfix").ShouldBeEmpty();
        (ours["smtpd_relay_restrictions"].Length == 0).ShouldBe(theirs["smtpd_relay_restrictions"].Length == 0);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("3.5")]
    [InlineData("3.6")]
    public async Task What_an_old_default_decides_is_logged_as_postfix_does(string level)
    {
        var settings = $"""
            compatibility_level = {level}
            myhostname = relay.test
            mydestination = hosted.test
            smtpd_peername_lookup = no
            relayhost = [127.0.0.1]:1
            smtpd_relay_restrictions = reject_unauth_destination
            smtpd_recipient_restrictions = check_recipient_access inline:[no@sub.hosted.test=REJECT]
            """.Replace('[', '{').Replace(']', '}').Replace("{127.0.0.1}", "[127.0.0.1]", StringComparison.Ordinal);
        await using var postfix = await PostfixProcess.StartAsync(1, settings);
        await using var relay = new RelayProcess(settings);
        await relay.StartAsync();

        var expected = await NoticesAsync(postfix.Port, postfix.LogFile);
        (await NoticesAsync(relay.Port, relay.LogFile)).ShouldBe(expected);
        (expected.Count > 0).ShouldBe(level != "3.6");
    }

    /// <summary>What is logged about old defaults in a session with recipients that they decide about.</summary>
    private static async Task<List<string>> NoticesAsync(int port, string log)
    {
        using (var client = new DialogClient(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, port)))
        {
            await ReplyAsync(client);
            foreach (var command in (string[])["EHLO client.test", "MAIL FROM:<a@sender.test>", "RCPT TO:<x@sub.hosted.test>", "RCPT TO:<no@sub.hosted.test>", "QUIT"])
            {
                await client.SendAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
                await ReplyAsync(client);
            }
        }
        var text = await MailLogFile.UntilAsync(log, t => t.Contains("commands=4/5", StringComparison.Ordinal) || t.Contains("commands=3/5", StringComparison.Ordinal),
            "the end of the session");
        return [.. text.Split('\n').Where(l => l.Contains("/smtpd[", StringComparison.Ordinal)).Select(l => l.IndexOf("using backwards-compatible", StringComparison.Ordinal) is > 0 and var at ? l[at..] : "").Where(l => l.Length > 0)];
    }

    private static async Task ReplyAsync(DialogClient client)
    {
        string? line;
        do line = await client.ReadLineAsync();
        while (line is [_, _, _, '-', ..]);
    }

    private static Dictionary<string, string> Values(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(l => l.Split(" =", 2)).ToDictionary(l => l[0], l => string.Join(' ', ParameterList.TrySplit(l[1], out _) ?? [l[1]]), StringComparer.Ordinal);
}
