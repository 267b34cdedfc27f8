using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Configuration;

/// <summary>What is wrong with a configuration is said in full, in the same lines, by <c>check</c>, at the start and at a reload, and in the log.</summary>
public sealed class Every_fault_everywhere
{
    private const string Wrong = """
        home_mailbox = Maildir/
        content_filter = smtp-amavis:[127.0.0.1]:10024
        initial_destination_concurrency = 0
        always_bcc = archive@example.test
        myhostnane = misspelt.test
        transport_maps = hash:/nonexistent/transport
        """;

    [Fact]
    public async Task A_reload_with_errors_keeps_the_old_configuration_and_says_all()
    {
        await using var relay = new RelayProcess();
        await relay.StartAsync();
        await File.AppendAllTextAsync(MainCf(relay), Wrong.ReplaceLineEndings("\n"));

        var check = await relay.CommandAsync("check");
        var reload = await relay.CommandAsync("reload");

        var lines = FaultLines(relay, check.Output);
        lines.Count.ShouldBe(6);
        foreach (var part in (string[])["warning: home_mailbox = Maildir/: not supported", "error: content_filter = smtp-amavis:[127.0.0.1]:10024: not supported",
            "error: initial_destination_concurrency: ", "error: always_bcc = archive@example.test: not supported", "warning: myhostnane: unused parameter", "/nonexistent/transport"])
            lines.ShouldContain(l => l.Contains(part));
        reload.ExitCode.ShouldBe(1);
        FaultLines(relay, reload.Error).ShouldBe(lines);
        var log = await MailLogFile.WithAsync(relay.LogFile, "reload: the configuration has errors, the old one stays");
        LoggedLines(relay, log).ShouldBe(lines);
        await SmtpTalk.SendSampleAsync(relay.Port, "client.test", "MAIL FROM:<a@sender.test>", "RCPT TO:<b@example.test>");
        (await relay.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_start_with_errors_says_all()
    {
        await using var relay = new RelayProcess(Wrong);

        (await relay.StartOrDieAsync(null)).ShouldBeFalse();

        (await relay.DiedAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        FaultLines(relay, relay.Output).ShouldBe(FaultLines(relay, (await relay.CommandAsync("check")).Output));
    }

    [Fact]
    public async Task A_start_refuses_what_protects_and_starts_without_it_if_told_to()
    {
        await using var refused = new RelayProcess("smtpd_milters = inet:localhost:11332");
        (await refused.StartOrDieAsync(null)).ShouldBeFalse();
        (await refused.DiedAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        FaultLines(refused, refused.Output).ShouldHaveSingleItem().ShouldContain("error: smtpd_milters = inet:localhost:11332: not supported: ");
        LoggedLines(refused, await MailLogFile.WithAsync(refused.LogFile, "smtpd_milters")).ShouldBe(FaultLines(refused, refused.Output));

        await using var relay = new RelayProcess("smtpd_milters = inet:localhost:11332\nalias_maps = hash:/etc/aliases\nunsupported_settings = ignore");
        await relay.StartAsync();
        var log = await MailLogFile.WithAsync(relay.LogFile, "started -- version");
        var lines = FaultLines(relay, (await relay.CommandAsync("check")).Output);
        lines.Count.ShouldBe(2);
        FaultLines(relay, relay.Output).ShouldBe(lines);
        LoggedLines(relay, log).ShouldBe(lines);
        log.ShouldNotContain("warning: main.cf: warning:");
        (await relay.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_start_on_the_queue_of_postfix_says_what_to_set()
    {
        using var spool = new TempFolder();
        foreach (var name in (string[])["active", "deferred", "incoming", "maildrop", "private", "public"]) Directory.CreateDirectory(spool.File(name));
        await using var relay = new RelayProcess(queueDirectory: spool.Path);

        (await relay.StartOrDieAsync(null)).ShouldBeFalse();

        (await relay.DiedAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();
        FaultLines(relay, relay.Output).ShouldHaveSingleItem().ShouldContain("the folder holds the queue of Postfix, which two servers cannot share: set queue_directory to ");
        Directory.GetFiles(spool.Path, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private static string MainCf(RelayProcess relay) => Path.Combine(relay.ConfigDirectory, "main.cf");

    /// <summary>The lines about the files of the configuration.</summary>
    private static List<string> FaultLines(RelayProcess relay, string output) =>
        [.. output.Split('\n').Where(l => l.StartsWith(relay.ConfigDirectory, StringComparison.Ordinal) && l.Contains(".cf", StringComparison.Ordinal))];

    /// <summary>The same lines out of a log, where the severity stands before the place.</summary>
    private static List<string> LoggedLines(RelayProcess relay, string log)
    {
        List<string> lines = [];
        foreach (var line in log.Split('\n').Where(l => l.Contains("/master[", StringComparison.Ordinal)))
        {
            foreach (var severity in (string[])["error: ", "warning: "])
            {
                if (line.IndexOf($"]: {severity}{relay.ConfigDirectory}", StringComparison.Ordinal) is not (> 0 and var at)) continue;
                var place = line[(at + "]: ".Length + severity.Length)..];
                var end = place.IndexOf(": ", StringComparison.Ordinal) + 2;
                lines.Add($"{place[..end]}{severity}{place[end..]}");
            }
        }
        return lines;
    }
}
