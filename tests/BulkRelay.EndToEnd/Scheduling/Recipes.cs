using System.Diagnostics;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Scheduling;

/// <summary>Recipes of Postfix's operators that slow down, suspend and divert mail.</summary>
public sealed class Recipes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task R13_postconf_shows_the_concurrency_parameters()
    {
        await using var relay = new RelayProcess("relay_destination_concurrency_limit = 7");
        var lines = (await relay.CommandAsync("postconf")).Succeeded().Split('\n');
        string[] names =
        [
            "_destination_concurrency_failed_cohort_limit", "_destination_concurrency_limit", "_destination_concurrency_negative_feedback",
            "_destination_concurrency_positive_feedback",
        ];
        foreach (var name in names)
        {
            lines.ShouldContain(line => line.StartsWith($"default{name} = ", StringComparison.Ordinal));
            lines.ShouldContain($"smtp{name} = $default{name}");
            if (name != "_destination_concurrency_limit") lines.ShouldContain($"relay{name} = $default{name}");
        }
        lines.ShouldContain("relay_destination_concurrency_limit = 7");
        lines.ShouldContain("smtp_initial_destination_concurrency = $initial_destination_concurrency");
        lines.ShouldContain("initial_destination_concurrency = 5");
    }

    [Fact]
    public async Task R42_retry_in_the_transport_map_suspends_a_domain_and_an_address()
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{inbox.Port}
            minimal_backoff_time = 1s
            maximal_backoff_time = 1s
            """);
        var map = Path.Combine(relay.ConfigDirectory, "transport");
        await File.AppendAllTextAsync(Path.Combine(relay.ConfigDirectory, "main.cf"), $"transport_maps = hash:{map}\n");
        await File.WriteAllTextAsync(map, """
            user@address.test retry:4.4.1 Service unavailable
            mx.example.com    retry:4.4.1 Service unavailable
            gone.test         error:5.1.2 No such domain any more
            swallowed.test    discard:thrown away

            """);
        await relay.StartAsync();
        foreach (var suspended in new[] { "user@address.test", "a@mx.example.com" })
        {
            (await CurlAsync(relay, suspended)).Error.ShouldContain("RCPT failed: 450");
            await SubmitAsync(relay, suspended);
        }
        await SendAsync(relay, "other@address.test");
        (await inbox.NextAsync()).Recipients.ShouldBe(["other@address.test"]);
        await UntilAsync(relay, "postqueue -p", async () =>
            (await relay.CommandAsync("postqueue", "-p")).Succeeded().Split("(Service unavailable)").Length == 3);
        await MailLogFile.MatchingAsync(relay.LogFile,
            @"postfix/error\[\d+\]: [0-9A-F]+: to=<user@address\.test>, relay=none, delay=\S+, delays=\S+, dsn=4\.4\.1, status=deferred \(Service unavailable\)");

        await File.WriteAllTextAsync(map, """
            gone.test         error:5.1.2 No such domain any more
            swallowed.test    discard:thrown away

            """);
        var sent = new[] { (await inbox.NextAsync()).Recipients.Single(), (await inbox.NextAsync()).Recipients.Single() };
        sent.Order().ShouldBe(["a@mx.example.com", "user@address.test"]);

        (await CurlAsync(relay, "a@gone.test")).Error.ShouldContain("RCPT failed: 550");
        await SubmitAsync(relay, "a@gone.test");
        await SendAsync(relay, "a@swallowed.test");
        (await inbox.NextAsync()).Recipients.ShouldBe(["sender@campaign.test"], "the report");
        await UntilAsync(relay, "the queue is empty", async () => (await relay.CommandAsync("postqueue", "-p")).Succeeded() == "Mail queue is empty\n");
        await MailLogFile.MatchingAsync(relay.LogFile, @"postfix/error\[\d+\]: [0-9A-F]+: to=<a@gone\.test>, .*dsn=5\.1\.2, status=bounced \(No such domain any more\)");
        await MailLogFile.MatchingAsync(relay.LogFile, @"postfix/discard\[\d+\]: [0-9A-F]+: to=<a@swallowed\.test>, .*status=sent \(thrown away\)");
        inbox.Counters.Messages.ShouldBe(4);
    }

    [Fact]
    public async Task R78_mail_to_relay_domains_goes_by_the_relay_transport_for_known_recipients()
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"""
            relay_domains = www.mydomain.org, mydomain.org
            relay_recipient_maps = inline:{Braces("known@mydomain.org=x")}
            relay_transport = relay:[127.0.0.1]:{inbox.Port}
            default_transport = error:5.7.1 not for this
            """);
        var master = Path.Combine(relay.ConfigDirectory, "master.cf");
        await File.WriteAllTextAsync(master, (await File.ReadAllTextAsync(master)).Replace("relay unix - - n - - smtp",
            "relay unix - - n - - smtp\n        -o syslog_name=${multi_instance_name?{$multi_instance_name}:{postfix}}/$service_name", StringComparison.Ordinal));
        await relay.StartAsync();
        await SendAsync(relay, "known@mydomain.org");
        (await inbox.NextAsync()).Recipients.ShouldBe(["known@mydomain.org"]);
        (await CurlAsync(relay, "unknown@mydomain.org")).ExitCode.ShouldNotBe(0);
        await MailLogFile.WithAsync(relay.LogFile, "postfix/relay/smtp[");
        await MailLogFile.WithAsync(relay.LogFile, "550 5.1.1 <unknown@mydomain.org>: Recipient address rejected: User unknown in relay recipient table");
    }

    private static string Braces(string text) => $"{{ {text} }}";

    private static async Task SendAsync(RelayProcess relay, string recipient) => (await CurlAsync(relay, recipient)).Succeeded();

    private static Task<ToolResult> CurlAsync(RelayProcess relay, string recipient) => Tool.RunAsync("curl",
        ["-sS", $"smtp://127.0.0.1:{relay.Port}", "--mail-from", "sender@campaign.test", "--mail-rcpt", recipient, "-T", SampleFile.Whole]);

    /// <summary>Hands mail over by <c>sendmail</c>, which no restriction looks at.</summary>
    private static async Task SubmitAsync(RelayProcess relay, string recipient) =>
        (await Tool.RunAsync("bash", ["-c", "\"$0\" sendmail -C \"$1\" -i -f sender@campaign.test \"$2\" < \"$3\"",
            relay.Program, relay.ConfigDirectory, recipient, SampleFile.Whole])).Succeeded();

    private static Task<string> LogAsync(RelayProcess relay) => File.ReadAllTextAsync(relay.LogFile);

    private static async Task UntilAsync(RelayProcess relay, string what, Func<Task<bool>> condition)
    {
        for (var started = Stopwatch.GetTimestamp(); !await condition();)
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException($"waited in vain: {what}; log:\n{await LogAsync(relay)}");
    }
}
