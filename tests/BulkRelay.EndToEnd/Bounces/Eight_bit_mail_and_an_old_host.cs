using System.Globalization;
using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Server.Sink;

namespace BulkRelay.EndToEnd.Bounces;

/// <summary>All mail, the reports too, goes to a host without any extension, beside Postfix.</summary>
public sealed class Eight_bit_mail_and_an_old_host : IAsyncLifetime
{
    private const string Declared = "Subject: hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n";
    private const string Undeclared =
        "Subject: hello\r\nFrom: a@x.test\r\nDate: Sat, 21 Nov 2026 11:37:01 +0000\r\nMessage-Id: <1@x.test>\r\n\r\nGrüße\r\n";

    private readonly SinkInbox _old = new(new SinkOptions { Extensions = false });
    private PostfixProcess _postfix = null!;
    private RelayProcess _relay = null!;

    public async Task InitializeAsync()
    {
        _postfix = await PostfixProcess.StartAsync(_old.Port);
        _relay = new RelayProcess(string.Create(CultureInfo.InvariantCulture,
            $"relayhost = [127.0.0.1]:{_old.Port}\nsmtpd_peername_lookup = no\n"));
        await _relay.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _relay.DisposeAsync();
        await _postfix.DisposeAsync();
        await _old.DisposeAsync();
    }

    [Fact]
    public async Task Octets_that_nobody_declares_arrive_as_they_are()
    {
        foreach (var port in new[] { _postfix.Port, _relay.Port })
        {
            await SmtpTalk.SendAsync(port, "client.test", Undeclared, "MAIL FROM:<a@x.test>", "RCPT TO:<b@y.test>");
            var message = await _old.NextAsync();
            message.Sender.ShouldBe("a@x.test");
            Encoding.UTF8.GetString(message.Content()).ShouldEndWith(Undeclared);
        }
    }

    [Theory]
    [InlineData("MAIL FROM:<a@x.test>")]
    [InlineData("MAIL FROM:<a@x.test> BODY=8BITMIME")]
    public async Task The_sender_of_declared_ones_learns_that_they_cannot_pass(string mail)
    {
        await SmtpTalk.SendAsync(_relay.Port, "client.test", Declared, mail, "RCPT TO:<b@y.test>");
        var report = await _old.NextAsync();
        report.Recipients.ShouldBe(["a@x.test"]);
        var text = Encoding.UTF8.GetString(report.Content());
        Ascii.IsValid(text).ShouldBeTrue();
        text.ShouldContain("\r\nStatus: 5.6.3\r\n");
        text.ShouldContain("\r\nGr=C3=BC=C3=9Fe\r\n");
    }
}
