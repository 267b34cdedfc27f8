using System.Globalization;
using System.Text.RegularExpressions;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>The mail log is Postfix's, line by line, and the tools that read Postfix's read it.</summary>
public sealed partial class Mail_log
{
    [Fact]
    public async Task R01_pflogsumm_reads_a_day_of_it_and_its_totals_are_right()
    {
        await using var good = new SinkInbox();
        await using var busy = new SinkInbox(new SinkOptions { Defer = 1 });
        await using var strict = new SinkInbox(new SinkOptions { Reject = 1 });
        await using var relay = new RelayProcess($$"""
            mynetworks = 127.0.0.1/32
            relayhost = [127.0.0.1]:{{good.Port}}
            transport_maps = inline:{ busy.test=smtp:[127.0.0.1]:{{busy.Port}}, strict.test=smtp:[127.0.0.1]:{{strict.Port}} }
            """);
        await relay.StartAsync();
        for (var n = 0; n < 5; n++) (await SendAsync(relay, "user@good.test")).Succeeded();
        (await SendAsync(relay, "user@busy.test")).Succeeded();
        (await SendAsync(relay, "user@strict.test")).Succeeded();
        (await SendAsync(relay, "user@good.test", "--local-interface", "127.0.0.66")).ExitCode.ShouldNotBe(0);
        for (var n = 0; n < 6; n++) await good.NextAsync();
        (await relay.StopAsync()).ShouldBe(0);

        var report = (await Tool.RunAsync("pflogsumm", [relay.LogFile])).Succeeded();
        Total(report, "received").ShouldBe(7, report);
        Total(report, "delivered").ShouldBe(6, report);
        Total(report, "deferred").ShouldBe(1, report);
        Total(report, "bounced").ShouldBe(1, report);
        Total(report, "rejected").ShouldBe(1, report);
    }

    [Fact]
    public async Task R35_delays_are_the_four_parts_of_the_delay()
    {
        await using var inbox = new SinkInbox(new SinkOptions { Delay = TimeSpan.FromMilliseconds(300) });
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}");
        await relay.StartAsync();
        (await SendAsync(relay, "user@dest.test")).Succeeded();
        await inbox.NextAsync();
        (await relay.StopAsync()).ShouldBe(0);

        var line = SentLine().Match(await File.ReadAllTextAsync(relay.LogFile));
        line.Success.ShouldBeTrue(await File.ReadAllTextAsync(relay.LogFile));
        var parts = line.Groups["delays"].Value.Split('/').Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        parts.Length.ShouldBe(4);
        parts[3].ShouldBeGreaterThanOrEqualTo(0.3, "the sink waits 0.3 s before it answers, which is transmission");
        parts.Sum().ShouldBe(double.Parse(line.Groups["delay"].Value, CultureInfo.InvariantCulture), tolerance: 0.2, "each figure is rounded to two digits");
    }

    private static Task<ToolResult> SendAsync(RelayProcess relay, string recipient, params string[] more) =>
        Tool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", relay.Port.ToString(CultureInfo.InvariantCulture), "--from",
            "sender@campaign.test", "--to", recipient,
            .. SampleFile.ForSwaks, .. more]);

    private static int Total(string report, string what) =>
        Regex.Match(report, $@"^\s*(\d+)\s+{what}\b", RegexOptions.Multiline) is { Success: true } row ? int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture) : -1;

    [GeneratedRegex(@"^\w{3} [ \d]\d \d\d:\d\d:\d\d \S+ postfix/smtp\[\d+\]: [0-9A-Za-z]+: to=<user@dest\.test>, relay=127\.0\.0\.1\[127\.0\.0\.1\]:\d+, delay=(?<delay>[\d.]+), delays=(?<delays>[\d./]+), dsn=2\.0\.0, status=sent \(250 2\.0\.0 Ok\)$",
        RegexOptions.Multiline)]
    private static partial Regex SentLine();
}
