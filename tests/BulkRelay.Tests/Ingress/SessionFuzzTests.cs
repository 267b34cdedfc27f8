using System.Text;

namespace BulkRelay.Tests.Ingress;

/// <summary>Sessions of commands that make no sense, in an order that makes none: bounded, seeded, and never a crash.</summary>
public sealed class SessionFuzzTests : IngressTest
{
    private static readonly string[] Pieces =
    [
        "EHLO x\r\n", "HELO x\r\n", "MAIL FROM:<a@x.test>\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<b@y.test>\r\n", "DATA\r\n", ".\r\n",
        "BDAT 3\r\n", "BDAT 2 LAST\r\n", "RSET\r\n", "NOOP\r\n", "VRFY a\r\n", "abc", "\r\n", "\n", "\0", "\xFF\xFE", "Subject: x\r\n", " SIZE=1",
        "XCLIENT NAME=a.test ADDR=127.0.0.1\r\n", "XCLIENT ", "XFORWARD NAME=[UNAVAILABLE] IDENT=a+0A\r\n", "XFORWARD ", "ADDR=", "LOGIN=x ", "+0D", "=",
        "<", ">", "\"", "MAIL", "RCPT TO:", "\r",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task No_session_fails(int seed)
    {
        Configure(("smtpd_forbid_unauth_pipelining", "no"), ("smtpd_error_sleep_time", "0s"), ("smtpd_forbidden_commands", ""),
            ("smtpd_hard_error_limit", "50"), ("smtpd_authorized_xclient_hosts", "127.0.0.1"), ("smtpd_authorized_xforward_hosts", "127.0.0.1"));
        var random = new Random(seed);
        for (var i = 0; i < 50; i++)
        {
            using var client = await ConnectAsync();
            var text = new StringBuilder();
            for (var n = random.Next(1, 60); n > 0; n--) text.Append(Pieces[random.Next(Pieces.Length)]);
            await client.SendAsync($"{text}\r\n.\r\nRSET\r\nQUIT\r\n");
            client.CloseSending();
            while (await client.ReadReplyAsync() is { } reply) reply.ShouldMatch("^[2-5][0-9][0-9] ");
        }
        (await StopAndReadLogAsync()).ShouldNotContain("failed and was cut off");
        await WaitForFreeMemoryAsync();
    }
}
