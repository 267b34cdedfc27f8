using System.Globalization;

namespace BulkRelay.EndToEnd.Harness;

/// <summary>A private Postfix on loopback that relays everything to one port.</summary>
internal sealed class PostfixProcess : IAsyncDisposable
{
    private readonly TempFolder _folder = new();

    private PostfixProcess()
    {
    }

    public int Port { get; } = FreePort.Next();

    public string LogFile => _folder.File("mail.log");

    /// <summary>Starts it; mail for anyone goes to <paramref name="nextPort"/>.</summary>
    /// <param name="nextPort">Where mail goes.</param>
    /// <param name="mainCf">Lines for <c>main.cf</c> beyond the ones that every test needs.</param>
    /// <param name="services">Lines for <c>master.cf</c> beyond those of Postfix.</param>
    /// <param name="smtpdConf">Lines for <c>sasl/smtpd.conf</c>, for Cyrus SASL.</param>
    public static async Task<PostfixProcess> StartAsync(int nextPort, string mainCf = "", IEnumerable<string>? services = null, string smtpdConf = "")
    {
        var postfix = new PostfixProcess();
        Directory.CreateDirectory(postfix._folder.File("etc/sasl"));
        await File.WriteAllTextAsync(postfix._folder.File("etc/sasl/smtpd.conf"), smtpdConf);
        await postfix.PrepareAsync(nextPort, mainCf, services ?? []);
        (await postfix.ControlAsync("start")).Succeeded();
        return postfix;
    }

    public async ValueTask DisposeAsync()
    {
        await ControlAsync("stop");
        _folder.Dispose();
    }

    private Task<ToolResult> ControlAsync(string command) => Tool.RunAsync("postfix", ["-c", _folder.File("etc"), command]);

    private async Task PrepareAsync(int nextPort, string mainCf, IEnumerable<string> moreServices)
    {
        foreach (var name in new[] { "etc", "spool", "data" }) Directory.CreateDirectory(_folder.File(name));
        foreach (var name in new[] { _folder.Path, _folder.File("etc"), _folder.File("spool") })
            File.SetUnixFileMode(name, (UnixFileMode)Convert.ToInt32("755", 8));
        (await Tool.RunAsync("chown", ["postfix", _folder.File("data")])).Succeeded();
        var settings = $"""
            compatibility_level = 3.6
            queue_directory = {_folder.File("spool")}
            data_directory = {_folder.File("data")}
            command_directory = /usr/sbin
            daemon_directory = /usr/lib/postfix/sbin
            mail_owner = postfix
            setgid_group = postdrop
            myhostname = postfix.test
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 127.0.0.0/8
            smtpd_relay_restrictions = permit_mynetworks, reject
            relayhost = [127.0.0.1]:{nextPort}
            alias_maps =
            alias_database =
            local_recipient_maps =
            smtpd_peername_lookup = no
            smtp_tls_security_level = none
            smtpd_tls_security_level = none
            maillog_file = {LogFile}
            maillog_file_prefixes = /var, /dev/stdout, /tmp
            """;
        await File.WriteAllTextAsync(_folder.File("etc/main.cf"), $"{WithoutSettingsOf(mainCf, settings)}\n{mainCf}\n");
        var services = new[]
        {
            string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port} inet n - n - - smtpd"),
            "pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr", "tlsmgr unix - - n 1000? 1 tlsmgr",
            "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce",
            "verify unix - - n - 1 verify", "flush unix n - n 1000? 0 flush", "proxymap unix - - n - - proxymap", "smtp unix - - n - - smtp",
            "relay unix - - n - - smtp", "showq unix n - n - - showq", "error unix - - n - - error", "retry unix - - n - - error",
            "discard unix - - n - - discard", "anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache", "postlog unix-dgram n - n - 1 postlogd",
        };
        await File.WriteAllLinesAsync(_folder.File("etc/master.cf"), services.Concat(moreServices));
    }

    /// <summary>
    /// The lines without those that the test sets itself: Postfix warns of a setting that stands twice in each of its processes, and postlogd,
    /// which has to log that too, stands still for ever when its own queue of 10 messages is full.
    /// </summary>
    private static string WithoutSettingsOf(string mainCf, string settings)
    {
        var names = mainCf.Split('\n').Select(Name).ToHashSet(StringComparer.Ordinal);
        return string.Join('\n', settings.Split('\n').Where(l => !names.Contains(Name(l))));

        static string Name(string line) => line.Split('=')[0].Trim();
    }
}
