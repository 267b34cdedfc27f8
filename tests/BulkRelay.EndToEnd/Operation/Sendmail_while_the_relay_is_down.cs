using System.Globalization;
using System.Text;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Operation;

/// <summary>
/// Exit status 0 of <c>sendmail</c> is a promise: what it took while the relay was down arrives, or comes back to its sender. What can be
/// known at once is refused at once, with the status that a running relay would give.
/// </summary>
public sealed class Sendmail_while_the_relay_is_down : IAsyncLifetime
{
    private readonly SinkInbox _inbox = new();
    private RelayProcess _relay = null!;

    /// <summary>The relay has run once, so that the folder for mail is there.</summary>
    public async Task InitializeAsync()
    {
        _relay = new RelayProcess(string.Create(CultureInfo.InvariantCulture,
            $"relayhost = [127.0.0.1]:{_inbox.Port}\nmessage_size_limit = 3000000"));
        await _relay.StartAsync();
        await _relay.StopAsync();
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
    }

    /// <summary>The configuration has changed between the two.</summary>
    [Theory]
    [InlineData("message_size_limit = 20", "5.3.4", "message file too big", "me@x.test")]
    [InlineData("hopcount_limit = 2", "5.4.0", "too many hops", "me@x.test")]
    [InlineData("authorized_submit_users = !root, static:all", "5.7.1", "User root(0) is not allowed to submit mail", "root@relay.test")]
    public async Task What_the_relay_refuses_later_comes_back_to_its_sender(string setting, string status, string reason, string sender)
    {
        const string Text = "Received: a\nReceived: b\nSubject: gr\u00fc\u00dfe\n\nthe text of it\n";
        (await SendAsync(Text, "-f", "me@x.test", "a@y.test", "b@y.test")).Succeeded();
        await File.AppendAllTextAsync(Path.Combine(_relay.ConfigDirectory, "main.cf"), setting + "\n");
        await _relay.StartAsync();
        var report = await _inbox.NextAsync();
        report.Sender.ShouldBe("");
        report.Recipients.ShouldBe([sender]);
        report.Content().ShouldAllBe(octet => octet < 128, "any next hop can take it");
        var text = Encoding.UTF8.GetString(report.Content());
        text.ShouldContain("Content-Type: multipart/report; report-type=delivery-status;");
        text.ShouldContain($"<a@y.test>: {reason}\r\n");
        text.ShouldContain("\r\nFinal-Recipient: rfc822; b@y.test\r\n");
        text.ShouldContain($"\r\nAction: failed\r\nStatus: {status}\r\n");
        text.ShouldContain("\r\nthe text of it\r\n");
        await IsCleanAsync();
        (await File.ReadAllTextAsync(_relay.LogFile))
            .ShouldContain($"to=<b@y.test>, relay=none, delay=0, delays=0/0/0/0, dsn={status}, status=bounced ({reason})");
    }

    [Theory]
    [InlineData("Subject: x\n\na\0b\n", "5.6.0 message contains NUL characters")]
    [InlineData("hops", "5.4.0 too many hops")]
    [InlineData("lines", "5.3.4 message file too big")]
    public async Task What_a_running_relay_would_refuse_is_refused_at_once_with_the_same_status(string input, string reason)
    {
        if (input == "hops") input = string.Concat(Enumerable.Repeat("Received: x\n", 60)) + "\nbody\n";
        // As it is read it is small enough; with the line ends of mail it is not.
        if (input == "lines") input = "Subject: x\n\n" + string.Concat(Enumerable.Repeat("\n", 1_600_000));
        var down = await SendAsync(input, "a@y.test");
        Directory.GetFiles(Path.Combine(_relay.QueueDirectory, "maildrop")).ShouldBeEmpty();
        await _relay.StartAsync();
        var up = await SendAsync(input, "a@y.test");
        (down.ExitCode, down.Error).ShouldBe((up.ExitCode, up.Error));
        down.ExitCode.ShouldBe(65);
        down.Error.ShouldEndWith($": {reason}\n");
    }

    /// <summary>More than a megabyte of recipients.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_long_list_of_recipients_is_sent_to_all_of_them(bool isUp)
    {
        var name = string.Join('.', Enumerable.Repeat(new string('n', 60), 4)) + ".test";
        var recipients = Enumerable.Range(0, 5000).Select(n => string.Create(CultureInfo.InvariantCulture, $"user{n}@{name}")).ToList();
        if (isUp) await _relay.StartAsync();
        (await SendAsync($"Bcc: {string.Join(",\n ", recipients)}\nSubject: many\n\n", "-t")).Succeeded();
        if (!isUp) await _relay.StartAsync();
        var arrived = new HashSet<string>();
        while (arrived.Count < recipients.Count) arrived.UnionWith((await _inbox.NextAsync()).Recipients);
        arrived.ShouldBe(recipients, ignoreOrder: true);
        await IsCleanAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_that_is_too_long_is_refused(bool isUp)
    {
        await File.AppendAllTextAsync(Path.Combine(_relay.ConfigDirectory, "main.cf"), "message_size_limit = 30000000\n");
        if (isUp) await _relay.StartAsync();
        var name = string.Join('.', Enumerable.Repeat(new string('n', 60), 4)) + ".test";
        var recipients = Enumerable.Range(0, 20_000).Select(n => string.Create(CultureInfo.InvariantCulture, $"user{n}@{name}"));
        var result = await SendAsync($"Bcc: {string.Join(",\n ", recipients)}\nSubject: many\n\n", "-t");
        result.ExitCode.ShouldBe(65);
        result.Error.ShouldContain(": 5.5.3 too many recipients");
    }

    [Fact]
    public async Task What_cannot_be_read_is_put_aside_and_the_operator_sees_it()
    {
        var garbage = Path.Combine(_relay.QueueDirectory, "maildrop", "garbage");
        await File.WriteAllTextAsync(garbage, "no envelope\n");
        File.SetUnixFileMode(garbage, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await _relay.StartAsync();
        await MailLogFile.WithAsync(_relay.LogFile,
            "warning: maildrop: garbage: it has no envelope: the file is in the folder corrupt now");
        (await _relay.CommandAsync("status")).Succeeded().ShouldMatch(@"\ncorrupt +1  files in the folder corrupt: ");
        (await _relay.CommandAsync("status", "--json")).Succeeded().ShouldContain("\"corrupt\":1");
        File.Delete(Path.Combine(_relay.QueueDirectory, "corrupt", "garbage"));
        (await _relay.CommandAsync("status")).Succeeded().ShouldNotContain("corrupt");
    }

    [Fact]
    public async Task A_queue_that_is_open_to_others_is_told_when_the_relay_starts()
    {
        File.SetUnixFileMode(_relay.QueueDirectory, File.GetUnixFileMode(_relay.QueueDirectory) | UnixFileMode.OtherWrite);
        await _relay.StartAsync();
        await MailLogFile.WithAsync(_relay.LogFile, $": queue_directory: {_relay.QueueDirectory} can be written to by others");
    }

    private Task<ToolResult> SendAsync(string input, params string[] arguments) =>
        Tool.RunAsync(_relay.Program, ["sendmail", "-C", _relay.ConfigDirectory, .. arguments], input);

    /// <summary>Nothing is left behind, and nothing was put aside.</summary>
    private async Task IsCleanAsync()
    {
        await _relay.StopAsync();
        Directory.GetFiles(Path.Combine(_relay.QueueDirectory, "maildrop")).ShouldBeEmpty();
        Directory.Exists(Path.Combine(_relay.QueueDirectory, "corrupt")).ShouldBeFalse();
    }
}
