using System.Globalization;
using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.SampleMail;

namespace BulkRelay.EndToEnd.Interop;

/// <summary>Mail of the clients that people use arrives octet for octet, trace header aside.</summary>
public sealed class Clients_of_others : IAsyncLifetime
{
    private readonly SinkInbox _inbox = new();
    private readonly TempFolder _folder = new();
    private readonly byte[] _message = SampleMessage.Create("interop", 90_000);
    private RelayProcess _relay = null!;

    private string Port => _relay.Port.ToString(CultureInfo.InvariantCulture);

    private string MessageFile => _folder.File("message.eml");

    public async Task InitializeAsync()
    {
        _relay = new RelayProcess($"relayhost = [127.0.0.1]:{_inbox.Port}");
        await File.WriteAllBytesAsync(MessageFile, _message);
        await _relay.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Mail_of_swaks_arrives_octet_for_octet()
    {
        // It ends its data with a line end of its own.
        await File.WriteAllBytesAsync(_folder.File("cut"), _message[..^2]);
        (await Tool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", Port,
            "--from", "a@campaign.test", "--to", "b@dest.test", "--data", "@" + _folder.File("cut")])).Succeeded();
        await ArrivedAsync("a@campaign.test", "b@dest.test");
    }

    [Fact]
    public async Task Mail_of_curl_arrives_octet_for_octet()
    {
        (await Tool.RunAsync("curl", ["-sS", $"smtp://127.0.0.1:{Port}", "--mail-from", "a@campaign.test", "--mail-rcpt", "b@dest.test", "-T", MessageFile])).Succeeded();
        await ArrivedAsync("a@campaign.test", "b@dest.test");
    }

    [Fact]
    public async Task Mail_of_msmtp_arrives_octet_for_octet()
    {
        await File.WriteAllTextAsync(_folder.File("msmtprc"), $"account default\nhost 127.0.0.1\nport {Port}\nfrom a@campaign.test\ntls off\nauth off\nset_from_header off\nset_date_header off\n");
        File.SetUnixFileMode(_folder.File("msmtprc"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var withPlainLineEnds = $"tr -d '\\r' <{MessageFile} | msmtp -C {_folder.File("msmtprc")} b@dest.test";
        (await Tool.RunAsync("bash", ["-o", "pipefail", "-c", withPlainLineEnds])).Succeeded();
        await ArrivedAsync("a@campaign.test", "b@dest.test");
    }

    [Fact]
    public async Task Mail_of_Python_arrives_octet_for_octet_with_all_its_recipients()
    {
        var script = $"""
            import smtplib
            with smtplib.SMTP('127.0.0.1', {Port}) as s:
                s.sendmail('a@campaign.test', ['b@dest.test', 'c@dest.test'], open('{MessageFile}', 'rb').read(), mail_options=['BODY=8BITMIME'])
            """;
        (await Tool.RunAsync("python3", ["-c", script])).Succeeded();
        await ArrivedAsync("a@campaign.test", "b@dest.test", "c@dest.test");
    }

    [Fact]
    public async Task Postfix_smtp_source_delivers_all_it_sends()
    {
        (await Tool.RunAsync("smtp-source", ["-d", "-s", "10", "-m", "200", "-l", "4096", "-f", "a@campaign.test", "-t", "b@dest.test", $"127.0.0.1:{Port}"])).Succeeded();
        var bodies = new HashSet<string>();
        for (var n = 0; n < 200; n++)
        {
            var arrived = await _inbox.NextAsync();
            arrived.Recipients.ShouldBe(["b@dest.test"]);
            bodies.Add(Encoding.ASCII.GetString(arrived.Content()).Split("\r\n\r\n", 2)[1]);
        }
        // It sends no hash, but the same lines in each message.
        bodies.ShouldHaveSingleItem().ShouldMatch(@"^(\d?X+\r\n)+$");
        _inbox.Counters.Messages.ShouldBe(200);
    }

    private async Task ArrivedAsync(string sender, params string[] recipients)
    {
        var arrived = await _inbox.NextAsync();
        arrived.Sender.ShouldBe(sender);
        arrived.Recipients.ShouldBe(recipients);
        var content = arrived.Content();
        content.AsSpan(content.Length - _message.Length).SequenceEqual(_message).ShouldBeTrue();
        Encoding.ASCII.GetString(content[..^_message.Length]).ShouldMatch(@"^Received: from \S+ \(\S+ \[127\.0\.0\.1\]\)\r\n\tby relay\.test [^\0]*\r\n$");
    }
}
