using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Limits;

/// <summary>Client limits beside a real Postfix: what clients hear, what the log says of it, and anvil's statistics.</summary>
public sealed partial class Client_limits : IAsyncLifetime
{
    private const string Settings = """
        myhostname = relay.test
        mynetworks = 127.0.0.9/32
        smtpd_peername_lookup = no
        relay_domains = y.test, dest.test
        smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
        smtpd_client_connection_count_limit = 3
        smtpd_client_connection_rate_limit = 6
        smtpd_client_message_rate_limit = 2
        smtpd_client_recipient_rate_limit = 3
        anvil_rate_time_unit = 60s
        anvil_status_update_time = 15s
        smtpd_client_event_limit_exceptions = 127.0.0.1, $mynetworks
        """;

    private static readonly IPAddress Stranger = IPAddress.Parse("127.0.0.66");
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.67");
    private static readonly IPAddress Own = IPAddress.Parse("127.0.0.9");

    private readonly SinkInbox _inbox = new();
    private PostfixProcess _postfix = null!;
    private RelayProcess _relay = null!;

    public async Task InitializeAsync()
    {
        _postfix = await PostfixProcess.StartAsync(_inbox.Port, Settings);
        _relay = new RelayProcess($"relayhost = [127.0.0.1]:{_inbox.Port}\n{Settings}");
        await _relay.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _postfix.DisposeAsync();
        await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
    }

    [Fact]
    public async Task R88_clients_beyond_their_limits_hear_and_leave_what_they_do_with_Postfix()
    {
        var both = await Task.WhenAll(ExerciseAsync(_postfix.Port, _postfix.LogFile), ExerciseAsync(_relay.Port, _relay.LogFile));
        var (postfix, relay) = (both[0], both[1]);
        relay.ShouldBe(postfix);
        postfix.ShouldContain("421 4.7.0 relay.test Error: too many connections from 127.0.0.66");
        postfix.ShouldContain("MAIL FROM:<a@x.test>: 450 4.7.1 Error: too much mail from 127.0.0.67");
        postfix.ShouldContain("statistics: max message rate 3/60s for (*:127.0.0.67) at *");
    }

    [Fact]
    public async Task Swaks_is_refused_for_now_from_one_address_and_not_from_another()
    {
        for (var i = 0; i < 2; i++) (await SwaksAsync("127.0.0.66")).Succeeded();
        var third = await SwaksAsync("127.0.0.66");
        third.ExitCode.ShouldNotBe(0);
        third.Output.ShouldContain("<** 450 4.7.1 Error: too much mail from 127.0.0.66");
        for (var i = 0; i < 3; i++) (await SwaksAsync("127.0.0.9")).Succeeded();
    }

    /// <summary>What clients hear in turn, and the lines that it leaves in the log.</summary>
    private static async Task<List<string>> ExerciseAsync(int port, string log)
    {
        var heard = new List<string>();
        var open = new List<DialogClient>();
        for (var i = 0; i < 4; i++) heard.Add(await ConnectAsync(open, Stranger, port));
        foreach (var client in open) client.Dispose();
        open.Clear();
        await MailLogFile.LineAsync(log, "smtpd", "Connection concurrency limit exceeded: 4 from unknown[127.0.0.66]");
        for (var i = 0; i < 3; i++)
        {
            heard.Add(await ConnectAsync(open, Stranger, port));
            open[^1].Dispose();
        }
        using (var mailer = new DialogClient(Other, new IPEndPoint(IPAddress.Loopback, port)))
        {
            await ReplyAsync(mailer);
            foreach (var command in new[] { "HELO client.test", "MAIL FROM:<a@x.test>", "RCPT TO:<a@y.test>", "RCPT TO:<b@y.test>", "RSET", "MAIL FROM:<a@x.test>",
                "RCPT TO:<a@y.test>", "RCPT TO:<b@y.test>", "RSET", "MAIL FROM:<a@x.test>", "QUIT" }) heard.Add(await AskAsync(mailer, command));
        }
        for (var i = 0; i < 4; i++) heard.Add(await ConnectAsync(open, Own, port));
        foreach (var client in open) client.Dispose();
        foreach (var limit in new[] { "Connection concurrency", "Connection rate", "Message delivery request rate", "Recipient address rate" })
            heard.Add(await MailLogFile.LineAsync(log, "smtpd", $"{limit} limit exceeded"));
        foreach (var statistic in new[] { "connection rate", "connection count", "message rate", "recipient rate", "cache size" })
            heard.Add(await MailLogFile.LineAsync(log, "anvil", $"statistics: max {statistic} "));
        return [.. heard.Select(line => Place().Replace(Time().Replace(line, " at *"), "*").Replace("BulkRelay", "Postfix", StringComparison.Ordinal))];
    }

    private static async Task<string> ConnectAsync(List<DialogClient> open, IPAddress from, int port)
    {
        open.Add(new DialogClient(from, new IPEndPoint(IPAddress.Loopback, port)));
        return await ReplyAsync(open[^1]);
    }

    private static async Task<string> AskAsync(DialogClient client, string command)
    {
        await client.SendAsync(System.Text.Encoding.ASCII.GetBytes(command + "\r\n"));
        return $"{command}: {await ReplyAsync(client)}";
    }

    private static async Task<string> ReplyAsync(DialogClient client) => await client.ReadLineAsync() ?? "(closed)";

    private Task<ToolResult> SwaksAsync(string from) => Tool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", _relay.Port.ToString(CultureInfo.InvariantCulture),
        "--local-interface", from, "--from", "a@campaign.test", "--to", "b@dest.test", .. SampleFile.ForSwaks]);

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Place();

    [GeneratedRegex(@" at [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d$")]
    private static partial Regex Time();
}
