using System.Diagnostics;
using System.Text;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Ingress;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue.Store;
using BulkRelay.Smtp;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Fuzz.Targets;

/// <summary>A whole session: whatever the client sends, the replies are SMTP, the log has a line per event, and what is taken is canonical.</summary>
internal static class SessionTarget
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly SmtpdPolicy Policy = SmtpdPolicy.Compile(ConfigSnapshot.With(("myhostname", "relay.test"), ("mynetworks", "127.0.0.0/8"), ("mydestination", ""),
        ("smtpd_peername_lookup", "no"), ("smtpd_forbid_unauth_pipelining", "no"), ("smtpd_error_sleep_time", "0s"), ("smtpd_hard_error_limit", "1000"),
        ("smtpd_sasl_auth_enable", "yes"), ("smtpd_sasl_type", "table"), ("smtpd_sasl_path", "inline:{ { user = {PLAIN}pencil } }"), ("smtpd_authorized_xclient_hosts", "127.0.0.0/8"),
        ("smtpd_authorized_xforward_hosts", "127.0.0.0/8")), TimeProvider.System, _ => { });

    public static readonly FuzzTarget Session = new("session",
    [
        "EHLO x\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\nDATA\r\nSubject: x\r\n\r\nbody\r\n.\r\nQUIT\r\n", "EHLO x\r\n", "HELO \u001b[0m\r\n", "MAIL FROM:<a@x.test> SIZE=10\r\n",
        "RCPT TO:<b@y.test> NOTIFY=NEVER\r\n", "DATA\r\n", "BDAT 5\r\n", "BDAT 5 LAST\r\n", "hello", "\r\n.\r\n", ".\r\n", "RSET\r\n", "NOOP\r\n", "VRFY a\r\n", "QUIT\r\n", "AUTH PLAIN AHVzZXIAcGVuY2ls\r\n", "AUTH CRAM-MD5\r\n", "AUTH SCRAM-SHA-256 biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8=\r\n", "dXNlcg==\r\n", "*\r\n",
        "AUTH LOGIN\r\n", "STARTTLS\r\n", "XCLIENT NAME=a ADDR=192.0.2.1 LOGIN=x+0Ay\r\n", "XFORWARD NAME=a IDENT=b SOURCE=LOCAL\r\n", "GET / HTTP/1.0\r\n", "\r\n", "\n", "\r", "\0", "ä", "\u00ff", " ", ":", "<", ">",
    ], Run);

    private static void Run(byte[] input)
    {
        var time = new FakeTimeProvider();
        var session = RunAsync(input, time);
        // Each failure to sign in is answered later than the one before: a session that waits has a clock that runs.
        for (var started = Stopwatch.GetTimestamp(); Task.WaitAny([session], millisecondsTimeout: 1) < 0; time.Advance(TimeSpan.FromSeconds(1)))
            if (Stopwatch.GetElapsedTime(started) > Patience) throw new TimeoutException("the session does not end");
        session.GetAwaiter().GetResult();
    }

    private static async Task RunAsync(byte[] input, TimeProvider time)
    {
        using var logged = new MemoryStream();
        using var output = new MemoryStream();
        using (var log = new MailLog(() => logged, "relay", time))
        {
            var number = 0L;
            var services = new IngressServices
            {
                Log = log,
                Time = time,
                NextMessageId = () => ++number,
                Submit = (message, _) =>
                {
                    Check(message.Content.ToArray());
                    return ValueTask.FromResult(StoreResult.Stored);
                },
            };
            await StandAloneSession.RunAsync(new MemoryStream(input), output, Policy, services);
            services.ContentMemory.Used.ShouldBe(0);
        }
        foreach (var line in Encoding.UTF8.GetString(logged.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            line.ShouldContain(" relay postfix/");
            line.Any(char.IsControl).ShouldBeFalse(line);
        }
        CheckReplies(output.ToArray());
    }

    private static void Check(byte[] content)
    {
        var text = Encoding.Latin1.GetString(content);
        text.Replace("\r\n", "", StringComparison.Ordinal).IndexOfAny(['\r', '\n', '\0']).ShouldBe(-1);
        text.ShouldEndWith("\r\n");
    }

    private static void CheckReplies(byte[] output)
    {
        var parser = new ReplyParser();
        for (var rest = output.AsSpan(); !rest.IsEmpty;)
        {
            parser.Parse(rest, out var consumed, out var reply).ShouldBe(ReplyParseResult.Complete, Encoding.UTF8.GetString(output));
            // What is read of others is more than may be said.
            var said = Encoding.UTF8.GetString(rest[..consumed]).Split("\r\n");
            said[..^1].ShouldAllBe(line => line.StartsWith($"{reply!.Code}") && line.Length > 3 && (line[3] == ' ' || line[3] == '-')
                && !line.Contains('\n'));
            said[^1].ShouldBeEmpty();
            rest = rest[consumed..];
        }
    }
}
