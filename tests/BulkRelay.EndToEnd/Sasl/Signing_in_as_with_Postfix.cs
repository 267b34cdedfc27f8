using System.Net;
using System.Text;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>A real Postfix and the relay, over one Dovecot and with the same settings: what they answer, and what they log.</summary>
public sealed class Signing_in_as_with_Postfix
{
    /// <summary>What the relay means to answer otherwise.</summary>
    private static readonly Dictionary<string, string> Meant = new(StringComparer.Ordinal)
    {
        // RFC 4954 section 4 demands 501 where the text is no base64.
        ["535 5.7.8 Error: authentication failed: Invalid base64 data in initial response"] = "501 5.5.2 Error: authentication failed: Invalid base64 data in initial response",
        ["535 5.7.8 Error: authentication failed: Invalid base64 data in continued response"] = "501 5.5.2 Error: authentication failed: Invalid base64 data in continued response",
        // Postfix has no reason where Dovecot gives none; this one is that of Cyrus SASL.
        ["535 5.7.8 Error: authentication failed: (reason unavailable)"] = "535 5.7.8 Error: authentication failed: authentication failure",
    };

    private static readonly string[] Failures =
    [
        "EHLO client.test", "AUTH", "AUTH FOO", "AUTH PLAIN a b", "AUTH PLAIN", "*", "AUTH PLAIN !!!!", "AUTH PLAIN", "dGVzdA", "AUTH PLAIN AHRlc3QAYmFk", "AUTH PLAIN =",
        "AUTH LOGIN", "dGVzdA==", "*", "AUTH LOGIN dGVzdA==", "bm8=", "MAIL FROM:<a@x.test> AUTH=first", "RCPT TO:<z@y.test>", "AUTH PLAIN AHRlc3QAYmFk", "RSET",
        "MAIL FROM:<free@x.test>", "RCPT TO:<z@y.test>", "QUIT",
    ];

    /// <summary>In a session of its own: Postfix and Dovecot lose each other after an exchange that was given up.</summary>
    private static readonly string[] Successes =
    [
        "EHLO client.test", "AUTH PLAIN dGVzdAB0ZXN0AHRlc3R0ZXN0", "AUTH LOGIN", "MAIL FROM:<b@x.test>", "RCPT TO:<z@y.test>", "RSET",
        "MAIL FROM:<free@x.test>", "RCPT TO:<z@y.test>", "RSET", "MAIL FROM:<any@z.test>", "RCPT TO:<z@y.test>", "RSET", "MAIL FROM:<>", "RCPT TO:<z@y.test>", "RSET",
        "MAIL FROM:<A@X.test> AUTH=<>", "RCPT TO:<z@y.test>", "EHLO again.test", "MAIL FROM:<a@x.test> AUTH=first", "RCPT TO:<z@y.test>", "QUIT",
    ];

    [Fact]
    public async Task Replies_and_log_lines_are_the_same_but_for_what_is_meant()
    {
        await using var dovecot = await DovecotAuth.StartAsync("test:{PLAIN}testtest");
        var settings = $$"""
            smtpd_sasl_auth_enable = yes
            smtpd_sasl_type = dovecot
            smtpd_sasl_path = {{dovecot.Socket}}
            smtpd_sender_login_maps = inline:{a@x.test=test,b@x.test=other,@z.test=test}
            smtpd_sender_restrictions = reject_sender_login_mismatch
            smtpd_relay_restrictions = permit_sasl_authenticated, reject
            smtpd_soft_error_limit = 90
            smtpd_hard_error_limit = 100
            smtpd_error_sleep_time = 0
            """;
        await using var inbox = new SinkInbox();
        await using var postfix = await PostfixProcess.StartAsync(inbox.Port, settings);
        await using var relay = SubmissionRelay.Prepare(settings);
        await relay.Process.StartAsync();
        foreach (var commands in new[] { Failures, Successes })
        {
            var expected = await TalkAsync(postfix.Port, commands);
            var answered = await TalkAsync(relay.Process.Port, commands);
            answered.Select((reply, i) => $"{commands[i]}: {reply}").ShouldBe(expected.Select((reply, i) => $"{commands[i]}: {Meant.GetValueOrDefault(reply, reply)}"));
        }
        var postfixLog = LogOf(await File.ReadAllTextAsync(postfix.LogFile)).Select(l => l.Replace("(reason unavailable)", "authentication failure", StringComparison.Ordinal)).ToList();
        postfixLog.ShouldNotBeEmpty();
        LogOf(await relay.LogWithAsync("disconnect from unknown[127.0.0.1] ehlo=2")).ShouldBe(postfixLog);
    }

    /// <summary>The lines about signing in and about refusals, without time, process and queue id.</summary>
    private static List<string> LogOf(string log) =>
    [
        .. log.Split('\n').Where(l => l.Contains("SASL ", StringComparison.Ordinal) || l.Contains("sasl_", StringComparison.Ordinal) || l.Contains("reject: ", StringComparison.Ordinal))
            .Select(l => l[(l.IndexOf("]: ", StringComparison.Ordinal) + 3)..])
            .Select(l => l.Contains(": client=", StringComparison.Ordinal) ? l[l.IndexOf("client=", StringComparison.Ordinal)..] : l),
    ];

    private static async Task<IReadOnlyList<string>> TalkAsync(int port, string[] commands)
    {
        using var client = new DialogClient(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, port));
        await LastLineAsync(client);
        var replies = new List<string>();
        foreach (var command in commands)
        {
            await client.SendAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            replies.Add(await LastLineAsync(client));
        }
        return replies;
    }

    private static async Task<string> LastLineAsync(DialogClient client)
    {
        string? line;
        do line = await client.ReadLineAsync();
        while (line is [_, _, _, '-', ..]);
        return line ?? throw new IOException("the server hung up");
    }
}
