using System.Diagnostics;
using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Limits;

/// <summary>Real programs that speak for others: HAProxy in front of a service, and a Postfix that says where it has its mail from.</summary>
public sealed class Speakers_for_others
{
    [Theory]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2")]
    [InlineData("send-proxy check-send-proxy check inter 200ms")]
    [InlineData("send-proxy-v2 check-send-proxy check inter 200ms")]
    public async Task Behind_HAProxy_a_client_is_itself(string options)
    {
        var service = FreePort.Next();
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nmynetworks = 127.0.0.88/32", services:
            [$"127.0.0.1:{service} inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy"]);
        await relay.StartAsync();
        await using var haproxy = await Haproxy.StartAsync(service, options);
        (await SwaksAsync(haproxy.Port, "127.0.0.66")).Output.ShouldContain("<** 554 5.7.1 <b@dest.test>: Relay access denied");
        (await SwaksAsync(haproxy.Port, "127.0.0.88")).Succeeded();
        (await inbox.NextAsync()).Sender.ShouldBe("a@campaign.test");
        await MailLogFile.LineAsync(relay.LogFile, "smtpd", "client=", "[127.0.0.88]");
        await MailLogFile.LineAsync(relay.LogFile, "smtpd", "reject: RCPT from ", "[127.0.0.66]: 554 5.7.1");
        if (options.Contains("check", StringComparison.Ordinal)) await MailLogFile.LineAsync(relay.LogFile, "smtpd", "disconnect from ", "[127.0.0.1] commands=0/0");
        (await File.ReadAllTextAsync(relay.LogFile)).ShouldNotContain("haproxy read");
    }

    [Fact]
    public async Task Behind_HAProxy_a_service_in_TLS_wrapper_mode_knows_its_clients_too()
    {
        var service = FreePort.Next();
        using var folder = new TempFolder();
        (await Tool.RunAsync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=relay.test", "-days", "2",
            "-keyout", folder.File("key.pem"), "-out", folder.File("cert.pem")])).Succeeded();
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{inbox.Port}
            mynetworks = 127.0.0.88/32
            smtpd_tls_cert_file = {folder.File("cert.pem")}
            smtpd_tls_key_file = {folder.File("key.pem")}
            """, services: [$"127.0.0.1:{service} inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy -o smtpd_tls_wrappermode=yes"]);
        await relay.StartAsync();
        await using var haproxy = await Haproxy.StartAsync(service, "send-proxy-v2", isTalkative: false);
        (await SwaksAsync(haproxy.Port, "127.0.0.88", "--tls-on-connect")).Succeeded();
        (await inbox.NextAsync()).Sender.ShouldBe("a@campaign.test");
        (await SwaksAsync(haproxy.Port, "127.0.0.66", "--tls-on-connect")).Output.ShouldContain("Relay access denied");
    }

    [Fact]
    public async Task Who_does_not_come_through_HAProxy_is_not_served()
    {
        var service = FreePort.Next();
        await using var relay = new RelayProcess(services:
            [$"127.0.0.1:{service} inet n - n - - smtpd -o smtpd_upstream_proxy_protocol=haproxy -o smtpd_upstream_proxy_timeout=1s"]);
        await relay.StartAsync();
        var refused = await SwaksAsync(service, "127.0.0.66");
        refused.ExitCode.ShouldNotBe(0);
        refused.Output.ShouldContain("421 4.3.0 relay.test Server local error");
        await MailLogFile.LineAsync(relay.LogFile, "smtpd", "warning: haproxy read: timeout error");
    }

    [Fact]
    public async Task A_Postfix_in_front_says_where_it_has_its_mail_from()
    {
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"relayhost = [127.0.0.1]:{inbox.Port}\nsmtpd_authorized_xforward_hosts = 127.0.0.0/8");
        await relay.StartAsync();
        await using var postfix = await PostfixProcess.StartAsync(relay.Port, "smtp_send_xforward_command = yes");
        (await SwaksAsync(postfix.Port, "127.0.0.66")).Succeeded();
        (await inbox.NextAsync()).Sender.ShouldBe("a@campaign.test");
        var accepted = await MailLogFile.LineAsync(postfix.LogFile, "smtpd", ": client=unknown[127.0.0.66]");
        var id = accepted.Split(':')[0];
        await MailLogFile.LineAsync(relay.LogFile, "smtpd", ": client=", $"[127.0.0.1], orig_queue_id={id}, orig_client=unknown[127.0.0.66]");
    }

    private static Task<ToolResult> SwaksAsync(int port, string from, params string[] more) => Tool.RunAsync("swaks",
        ["--server", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture), "--local-interface", from, "--from",
        "a@campaign.test", "--to", "b@dest.test",
            .. SampleFile.ForSwaks, .. more]);

    /// <summary>An HAProxy that hands what comes to one port on to another.</summary>
    private sealed class Haproxy : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();
        private Process? _process;

        public int Port { get; } = FreePort.Next();

        public static async Task<Haproxy> StartAsync(int service, string options, bool isTalkative = true)
        {
            var haproxy = new Haproxy();
            await File.WriteAllTextAsync(haproxy._folder.File("haproxy.cfg"), $"""
                global
                    maxconn 100
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 30s
                    timeout server 30s
                frontend mail
                    bind 127.0.0.1:{haproxy.Port}
                    default_backend relay
                backend relay
                    server relay 127.0.0.1:{service} {options}
                """ + "\n");
            haproxy._process = Tool.Start("haproxy", ["-f", haproxy._folder.File("haproxy.cfg"), "-db"]);
            await Listening.UntilAsync(haproxy.Port, speaksFirst: isTalkative);
            return haproxy;
        }

        public async ValueTask DisposeAsync()
        {
            _process?.Kill();
            if (_process is not null) await _process.WaitForExitAsync();
            _process?.Dispose();
            _folder.Dispose();
        }
    }
}
