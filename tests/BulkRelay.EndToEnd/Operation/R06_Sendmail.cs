using System.Globalization;
using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Operation;

/// <summary><c>sendmail</c> as programs call it, with the relay up and down.</summary>
public sealed class R06_Sendmail : IAsyncLifetime
{
    private readonly SinkInbox _inbox = new();
    private readonly TempFolder _folder = new();
    private RelayProcess? _relay;

    [Fact]
    public async Task R06_Sendmail_t_takes_the_recipients_from_the_headers_and_hides_those_of_bcc()
    {
        var relay = await StartAsync();
        (await SendAsync(relay, "To: Doe, <a@y.test>\nCc: \"B, C\" <b@y.test>\nBcc: c@y.test\nSubject: three\n\nbody\n", "-t", "-oi", "-f", "me@x.test", "d@y.test")).Succeeded();
        var message = await _inbox.NextAsync();
        message.Recipients.ShouldBe(["d@y.test", "Doe@relay.test", "a@y.test", "b@y.test", "c@y.test"], ignoreOrder: true);
        var text = TextOf(message);
        text.ShouldNotContain("Bcc");
        text.ShouldContain("\r\nSubject: three\r\n");
        text.ShouldStartWith("Received: by relay.test (BulkRelay, from userid ");
        text.ShouldContain("\r\nMessage-Id: <");
        message.Sender.ShouldBe("me@x.test");
    }

    [Fact]
    public async Task R06_Resent_headers_take_the_place_of_the_others()
    {
        var relay = await StartAsync();
        (await SendAsync(relay, "To: a@y.test\nResent-To: b@y.test\n\nbody\n", "-t")).Succeeded();
        (await _inbox.NextAsync()).Recipients.ShouldBe(["b@y.test"]);
    }

    [Theory]
    [InlineData("Subject: s\n\none\n.\ntwo\n", "one\r\n")]
    [InlineData("Subject: s\n\none\n.\ntwo\n", "one\r\n.\r\ntwo\r\n", "-i")]
    [InlineData("Subject: s\n\none\n.\ntwo\n", "one\r\n.\r\ntwo\r\n", "-oi")]
    [InlineData("Subject: s\r\n\r\none\r\n.", "one\r\n")]
    public async Task R06_A_dot_ends_the_message_unless_i_says_otherwise(string input, string body, params string[] options)
    {
        var relay = await StartAsync();
        (await SendAsync(relay, input, [.. options, "a@y.test"])).Succeeded();
        TextOf(await _inbox.NextAsync()).ShouldEndWith($"\r\n\r\n{body}");
    }

    [Fact]
    public async Task R06_Cron_and_other_callers_with_old_options_are_served()
    {
        var relay = await StartAsync();
        (await SendAsync(relay, "Subject: Cron\n\nout\n", "-i", "-FCronDaemon", "-B8BITMIME", "-oem", "a@y.test")).Succeeded();
        var cron = await _inbox.NextAsync();
        TextOf(cron).ShouldContain($"\r\nFrom: CronDaemon <{Environment.UserName}@relay.test>\r\n");
        (await SendAsync(relay, "Subject: x\n\n", "-FSmith, \"J\"", "-odi", "-oem", "-oi", "-t", "-f", "<>", "--", "b@y.test")).Succeeded();
        var smith = await _inbox.NextAsync();
        smith.Sender.ShouldBe("");
        TextOf(smith).ShouldContain("\r\nFrom: \"Smith, \\\"J\\\"\" <MAILER-DAEMON@relay.test>\r\n");
    }

    [Fact]
    public async Task R06_Bs_speaks_SMTP_on_the_standard_streams()
    {
        var relay = await StartAsync();
        var said = await SendAsync(relay, "EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\nSubject: bs\r\n\r\n..dot\r\n.\r\nQUIT\r\n", "-bs");
        var replies = said.Succeeded().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        replies[0].ShouldBe("220 relay.test ESMTP BulkRelay");
        replies[^5].ShouldBe("250 2.1.0 Ok");
        replies[^3].ShouldBe("354 End data with <CR><LF>.<CR><LF>");
        replies[^2].ShouldStartWith("250 2.0.0 Ok: queued as ");
        replies[^1].ShouldBe("221 2.0.0 Bye");
        var message = await _inbox.NextAsync();
        message.Recipients.ShouldBe(["b@y.test"]);
        TextOf(message).ShouldEndWith("\r\n\r\n.dot\r\n");
    }

    [Fact]
    public async Task R06_What_is_handed_in_while_the_relay_is_down_goes_out_when_it_comes_up()
    {
        var relay = Relay();
        (await SendAsync(relay, "Subject: first\n\n", "a@y.test")).ExitCode.ShouldBe(75, "no relay has ever made the folder");
        await relay.StartAsync();
        await relay.StopAsync();

        (await SendAsync(relay, "Subject: kept\n\nbody\n", "-f", "me@x.test", "a@y.test")).Succeeded();
        (await SendAsync(relay, "EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\nSubject: bs\r\n\r\nx\r\n.\r\nQUIT\r\n", "-bs")).Succeeded()
            .ShouldContain("250 2.0.0 Ok: queued as ");
        (await SendAsync(relay, "Subject: bad\n\n", "a@b@")).ShouldSatisfyAllConditions(
            r => r.ExitCode.ShouldBe(65), r => r.Error.ShouldEndWith(": 5.1.3 bad recipient address syntax\n"));
        var files = Directory.GetFiles(Path.Combine(relay.QueueDirectory, "maildrop"));
        files.Length.ShouldBe(2);

        await relay.StartAsync();
        var subjects = new[] { TextOf(await _inbox.NextAsync()), TextOf(await _inbox.NextAsync()) };
        subjects.ShouldContain(t => t.Contains("\r\nSubject: kept\r\n"));
        subjects.ShouldContain(t => t.Contains("\r\nSubject: bs\r\n"));
        await relay.StopAsync();
        Directory.GetFiles(Path.Combine(relay.QueueDirectory, "maildrop")).ShouldBeEmpty();
    }

    [Fact]
    public async Task R06_Php_mail_is_sent()
    {
        var relay = await StartAsync();
        var link = _folder.File("sendmail");
        File.CreateSymbolicLink(link, relay.Program);
        (await Tool.RunAsync("php", ["-d", $"sendmail_path={link} -t -i -C {relay.ConfigDirectory}", "-r",
            "exit(mail('a@y.test', 'From PHP', \"line one\\n.\\nline three\", \"From: web@x.test\\r\\nCc: b@y.test\", '-fbounce@x.test') ? 0 : 1);"])).Succeeded();
        var message = await _inbox.NextAsync();
        message.Sender.ShouldBe("bounce@x.test");
        message.Recipients.ShouldBe(["a@y.test", "b@y.test"], ignoreOrder: true);
        TextOf(message).ShouldContain("line one\r\n.\r\nline three");
    }

    [Fact]
    public async Task R06_Mistakes_are_told_with_the_status_of_sysexits()
    {
        var relay = await StartAsync("message_size_limit = 1000");
        (await SendAsync(relay, "x\n")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(64),
            r => r.Error.ShouldEndWith(": Recipient addresses must be specified on the command line or via the -t option\n"));
        (await SendAsync(relay, "Subject: x\n\n", "-t")).ShouldSatisfyAllConditions(r => r.ExitCode.ShouldBe(64),
            r => r.Error.ShouldEndWith(": No recipient addresses found in message header\n"));
        (await SendAsync(relay, new string('x', 2_000_000), "a@y.test")).ShouldSatisfyAllConditions(
            r => r.ExitCode.ShouldBe(65), r => r.Error.ShouldEndWith(": message file too big\n"));
        (await SendAsync(relay, "", "-Y")).ShouldSatisfyAllConditions(
            r => r.ExitCode.ShouldBe(64), r => r.Error.ShouldBe("sendmail: fatal: usage: sendmail [options] [recipient ...]: invalid option -- 'Y'\n"));
        (await SendAsync(relay, "", "-bd")).Error.ShouldBe("sendmail: fatal: the relay is started with 'bulkrelay run'\n");
        (await SendAsync(relay, "Subject: x\n\n", "-bv", "a@b@")).ExitCode.ShouldBe(65);
    }

    /// <summary>Any user may hand over mail through the socket and do nothing else there; who he is, the system says and not he.</summary>
    [Fact]
    public async Task R06_Other_users_hand_over_mail_under_their_own_name_if_they_may()
    {
        var relay = await StartAsync("authorized_submit_users = !games, static:anyone");
        var socket = Path.Combine(relay.QueueDirectory, "public", "submit");
        foreach (var folder in new[] { relay.ConfigDirectory, relay.QueueDirectory })
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        (await PostAsync(socket, "nobody", "/messages")).ShouldContain("\"is_queued\":true");
        TextOf(await _inbox.NextAsync()).ShouldContain("from userid 65534)");
        (await PostAsync(socket, "games", "/messages")).ShouldContain("5.7.1 User games(5) is not allowed to submit mail");
        (await PostAsync(socket, "nobody", "/reload")).ShouldStartWith("403");
        (await PostAsync(Path.Combine(relay.QueueDirectory, "control"), "nobody", "/messages")).ShouldContain("PermissionError");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_relay is not null) await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
        _folder.Dispose();
    }

    private RelayProcess Relay(string settings = "") =>
        _relay = new RelayProcess(string.Create(CultureInfo.InvariantCulture, $"relayhost = [127.0.0.1]:{_inbox.Port}\n{settings}"));

    private async Task<RelayProcess> StartAsync(string settings = "")
    {
        var relay = Relay(settings);
        await relay.StartAsync();
        return relay;
    }

    private static Task<ToolResult> SendAsync(RelayProcess relay, string input, params string[] arguments) =>
        Tool.RunAsync(relay.Program, ["sendmail", "-C", relay.ConfigDirectory, .. arguments], input);

    private static string TextOf(SinkMessage message) => Encoding.UTF8.GetString(message.Content());

    /// <summary>Speaks HTTP to the socket as another user.</summary>
    private static async Task<string> PostAsync(string socket, string user, string path)
    {
        const string Script = """
            import http.client, os, pwd, socket, sys
            os.setgroups([]); os.setgid(65534); os.setuid(pwd.getpwnam(sys.argv[2]).pw_uid)
            connection = http.client.HTTPConnection('relay', timeout=30)
            connection.sock = socket.socket(socket.AF_UNIX)
            try:
                connection.sock.connect(sys.argv[1])
            except PermissionError as e:
                print(type(e).__name__); sys.exit()
            connection.request('POST', sys.argv[3], '{"sender":"a@x.test","recipients":["b@y.test"],"userId":0}\nSubject: x\n\nbody\n')
            answer = connection.getresponse()
            print(answer.status, answer.read().decode())
            """;
        return (await Tool.RunAsync("python3", ["-c", Script, socket, user, path])).Succeeded();
    }
}
