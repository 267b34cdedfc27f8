using System.Globalization;
using System.Text;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Tls;

/// <summary>The services for clients as the pages have them in master.cf, ports and names of the log aside.</summary>
public sealed class R21_Submission_and_smtps_services : IAsyncLifetime
{
    private static readonly string PlainLogin = Convert.ToBase64String(Encoding.UTF8.GetBytes("\0alice\0wonderland"));

    private readonly TlsFiles _files = new();
    private readonly SinkInbox _inbox = new();
    private readonly int _submission = FreePort.Next();
    private readonly int _smtps = FreePort.Next();
    private readonly RelayProcess _relay;

    public R21_Submission_and_smtps_services() => _relay = new RelayProcess($"""
        relayhost = [127.0.0.1]:{_inbox.Port}
        mynetworks = 192.0.2.1
        smtpd_sasl_type = bulkrelay
        smtpd_tls_loglevel = 1
        {_files.MainCf}
        """, services:
        [
            "# some providers block Port 25 outgoing, so Port 587 (submission) in advised",
            Service(_submission, "smtpd -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes "
                + "-o smtpd_client_restrictions=permit_sasl_authenticated,reject -o milter_macro_daemon_name=ORIGINATING -o syslog_name=postfix/submission"),
            "# SMTP+SSL (SSMTP) on Port 465",
            Service(_smtps, "smtpd\n  -o smtpd_tls_wrappermode=yes -o smtpd_sasl_auth_enable=yes "
                + "-o smtpd_client_restrictions=permit_sasl_authenticated,reject -o milter_macro_daemon_name=ORIGINATING -o syslog_name=postfix/smtps"),
        ]);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task R21_Submission_and_smtps_services_from_master_cf()
    {
        await StartAsync();
        (await SwaksAsync(_submission, "--tls")).Succeeded();
        await _inbox.NextAsync();
        (await SwaksAsync(_smtps, "--tlsc")).Succeeded();
        await _inbox.NextAsync();
        var inClear = (await SwaksAsync(_submission)).Output;
        inClear.ShouldNotContain("AUTH PLAIN");
        var log = await File.ReadAllTextAsync(_relay.LogFile);
        log.ShouldContain("postfix/submission/smtpd[");
        log.ShouldContain("postfix/smtps/smtpd[");
        log.ShouldNotContain("wonderland");
    }

    [Fact]
    public async Task R30_Sessions_of_openssl_s_client_as_the_pages_show_them()
    {
        await StartAsync();
        await using (var client = SClient.Start(_submission))
        {
            (await client.CommandAsync("ehlo localhost")).ShouldBe("250 CHUNKING");
            (await client.CommandAsync($"auth plain {PlainLogin}")).ShouldBe("235 2.7.0 Authentication successful");
            (await client.CommandAsync("mail from:<alice@x.test>")).ShouldBe("250 2.1.0 Ok");
            (await client.CommandAsync("rcpt to:<b@y.test>")).ShouldBe("250 2.1.5 Ok");
            (await client.CommandAsync("data")).ShouldBe("354 End data with <CR><LF>.<CR><LF>");
            (await client.CommandAsync("Subject: test\r\n\r\nhello\r\n."))!.ShouldStartWith("250 2.0.0 Ok: queued as ");
            (await client.CommandAsync("quit")).ShouldBe("221 2.0.0 Bye");
        }
        (await _inbox.NextAsync()).Sender.ShouldBe("alice@x.test");
        await using var wrapped = SClient.Start(_smtps, "-wrapper");
        (await wrapped.ReplyAsync()).ShouldBe("220 relay.test ESMTP BulkRelay");
        (await wrapped.CommandAsync("EHLO localhost")).ShouldBe("250 CHUNKING");
        (await wrapped.CommandAsync("AUTH PLAIN AGFsaWNlAHdyb25n"))!.ShouldStartWith("535 5.7.8 ");
    }

    private static string Service(int port, string command) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port} inet n - - - - {command}");

    private async Task StartAsync()
    {
        (await Tool.RunAsync(_relay.Program, ["user", "-c", _relay.ConfigDirectory, "add", "alice"], "wonderland\n")).Succeeded();
        await _relay.StartAsync();
    }

    private Task<ToolResult> SwaksAsync(int port, params string[] arguments) => Tool.RunAsync("swaks",
        ["--server", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--from", "alice@x.test", "--to", "b@y.test",
            "--auth", "PLAIN", "--auth-user", "alice", "--auth-password", "wonderland", .. SampleFile.ForSwaks, .. arguments]);
}
