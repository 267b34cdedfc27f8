using System.Diagnostics;
using System.Net;
using BulkRelay.EndToEnd.Dns;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Restrictions;

/// <summary>A real policyd-weight, which asks a DNS list of ours.</summary>
public sealed class Policyd_weight
{
    /// <summary>It asks port 53 only, so it gets an address of its own.</summary>
    private static readonly IPAddress NameServer = IPAddress.Parse("127.25.53.1");

    private readonly int _port = FreePort.Next();

    [Fact]
    public async Task R57_Verdict_of_policyd_weight_is_applied()
    {
        await using var knot = await KnotServer.StartAsync("test", """
            $ORIGIN test.
            $TTL 60
            @ SOA ns admin 1 3600 600 86400 60
            @ NS ns
            ns A 127.0.0.1
            66.0.0.127.list A 127.0.0.2
            """, NameServer);
        using var folder = new TempFolder();
        using var daemon = await StartAsync(folder);
        try
        {
            await using var inbox = new SinkInbox();
            await using var relay = new RelayProcess($"""
                smtpd_recipient_restrictions =
                        permit_mynetworks,
                        reject_unauth_destination,
                        check_policy_service inet:127.0.0.1:{_port},
                        permit
                mynetworks = 127.0.0.1/32
                relay_domains = hosted.test
                smtpd_peername_lookup = no
                relayhost = [127.0.0.1]:{inbox.Port}
                """);
            await relay.StartAsync();
            (await Swaks.SendAsync(relay, "127.0.0.66", "a@x.test", "b@hosted.test"))
                .ShouldStartWith("550 5.7.1 <b@hosted.test>: Recipient address rejected: Your MTA is listed in too many DNSBLs;");
            (await Swaks.SendAsync(relay, "127.0.0.67", "a@x.test", "b@hosted.test")).ShouldStartWith("250 2.0.0 Ok: queued as ");
            System.Text.Encoding.UTF8.GetString((await inbox.NextAsync()).Content()).ShouldStartWith("X-policyd-weight: ");
        }
        finally
        {
            await Tool.RunAsync("policyd-weight", ["-f", folder.File("conf"), "-k", "stop"]);
            if (!daemon.HasExited) daemon.Kill(entireProcessTree: true);
            await daemon.WaitForExitAsync();
        }
    }

    private async Task<Process> StartAsync(TempFolder folder)
    {
        // The daemon runs as a user of its own.
        File.SetUnixFileMode(folder.Path, (UnixFileMode)Convert.ToInt32("777", 8));
        await File.WriteAllTextAsync(folder.File("conf"), $"""
            $USER = 'polw'; $GROUP = 'polw'; $BIND_ADDRESS = '127.0.0.1'; $TCP_PORT = {_port};
            $PIDFILE = '{folder.File("pid")}'; $LOCKPATH = '{folder.File("lock")}/'; $SPATH = '{folder.File("lock")}/socket';
            $CACHESIZE = 0; $POSCACHESIZE = 0; $syslog_socktype = 'udp';
            $NS = '{NameServer}'; $USE_NET_DNS = 1; $dnsbl_checks_only = 1;
            @dnsbl_score = ('list.test', 10, 0, 'TEST'); @rhsbl_score = ();
            1;
            """);
        var daemon = Tool.Start("policyd-weight", ["-f", folder.File("conf"), "-D", "start"]);
        _ = daemon.StandardOutput.ReadToEndAsync();
        _ = daemon.StandardError.ReadToEndAsync();
        await Listening.UntilAsync(_port);
        return daemon;
    }
}
