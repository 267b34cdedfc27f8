using System.Net;
using System.Text;
using BulkRelay.EndToEnd.Dialogs;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>Rows R21, R29, R30 and R72 of the how-to pages: who may sign in where, and what is said.</summary>
public sealed class Recipes_that_sign_in
{
    private const string Enabled = "smtpd_sasl_auth_enable = yes";

    [Fact]
    public async Task R21_Submission_and_smtps_take_mail_of_clients_that_signed_in_only()
    {
        using var certificate = await TestCertificate.CreateAsync();
        await using var relay = SubmissionRelay.Prepare($"mynetworks = 127.0.0.0/8\nsmtpd_tls_security_level = may\n{certificate.MainCf}");
        await relay.AddUserAsync(SubmissionRelay.User, SubmissionRelay.Password);
        var (submission, smtps) = (FreePort.Next(), FreePort.Next());
        await File.AppendAllTextAsync(Path.Combine(relay.Process.ConfigDirectory, "master.cf"), $"""
            127.0.0.1:{submission} inet n       -       -       -       -       smtpd
              -o syslog_name=postfix/submission
              -o smtpd_tls_security_level=encrypt
              -o smtpd_sasl_auth_enable=yes
              -o smtpd_client_restrictions=permit_sasl_authenticated,reject
            127.0.0.1:{smtps}     inet  n       -       -       -       -       smtpd
              -o syslog_name=postfix/smtps
              # Use the non-standard wrapper mode, i.e. direct SSL instead of STARTTLS.
              -o smtpd_tls_wrappermode=yes
              -o smtpd_sasl_auth_enable=yes
              # Allow only authenticated clients.
              -o smtpd_client_restrictions=permit_sasl_authenticated,reject

            """);
        await relay.Process.StartAsync();
        foreach (var (port, tls, program) in new[] { (submission, "--tls", "postfix/submission/smtpd"), (smtps, "--tls-on-connect", "postfix/smtps/smtpd") })
        {
            string[] there = ["--server", "127.0.0.1", "--port", $"{port}", "--from", "a@campaign.test", "--to", "b@dest.test", tls];
            string[] user = ["--auth", "PLAIN", "--auth-user", SubmissionRelay.User, "--auth-password", SubmissionRelay.Password];
            (await Tool.RunAsync("swaks", there)).Output.ShouldContain("554 5.7.1 <unknown[127.0.0.1]>: Client host rejected: Access denied");
            (await Tool.RunAsync("swaks", [.. there, .. user])).Succeeded();
            (await relay.Inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
            (await relay.LogWithAsync($"{program}[")).ShouldContain("sasl_method=PLAIN, sasl_username=test");
        }
        // The port of other servers offers nothing to sign in with, and submission only inside TLS.
        (await Tool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", relay.Port, "--quit-after", "EHLO"])).Succeeded().ShouldNotContain("250-AUTH");
        var inClear = await TalkAsync(submission, "EHLO test", $"AUTH PLAIN {Base64("\0test\0testtest")}");
        inClear[0].ShouldNotContain("AUTH");
        inClear[1].ShouldBe("530 5.7.0 Must issue a STARTTLS command first");
        (await relay.LogWithAsync("disconnect")).ShouldNotContain("authentication failed");
    }

    [Fact]
    public async Task R29_A_second_line_for_old_clients()
    {
        await using var relay = await SubmissionRelay.StartWithUserAsync($"{Enabled}\nbroken_sasl_auth_clients = yes\nsmtpd_sasl_mechanism_filter = plain, login");
        (await TalkAsync(relay.Process.Port, "EHLO test"))[0].ShouldContain("250-AUTH LOGIN PLAIN\n250-AUTH=LOGIN PLAIN\n");
    }

    [Fact]
    public async Task R30_A_telnet_session_with_AUTH_PLAIN()
    {
        await using var relay = await SubmissionRelay.StartWithUserAsync(Enabled);
        var encoded = (await Tool.RunAsync("perl", ["-MMIME::Base64", "-e", "print encode_base64(\"test\\0test\\0testtest\");"])).Succeeded().Trim();
        encoded.ShouldBe("dGVzdAB0ZXN0AHRlc3R0ZXN0");
        var replies = await TalkAsync(relay.Process.Port, "ehlo test", $"auth plain {encoded}", "quit");
        replies[1].ShouldBe("235 2.7.0 Authentication successful");
        replies[2].ShouldBe("221 2.0.0 Bye");
        (await TalkAsync(relay.Process.Port, "EHLO test", $"AUTH PLAIN {encoded}", "QUIT"))[1].ShouldBe("235 2.7.0 Authentication successful");
    }

    [Fact]
    public async Task R30_A_session_of_openssl_with_AUTH_PLAIN_and_a_message()
    {
        using var certificate = await TestCertificate.CreateAsync();
        await using var relay = await SubmissionRelay.StartWithUserAsync(
            $"{Enabled}\nbroken_sasl_auth_clients = yes\nsmtpd_sasl_mechanism_filter = plain, login\nsmtpd_tls_security_level = may\nsmtpd_tls_auth_only = yes\n{certificate.MainCf}");
        var encoded = (await Tool.RunAsync("perl", ["-MMIME::Base64", "-e", "print encode_base64(\"\\0test\\0testtest\");"])).Succeeded().Trim();
        // The page leaves -crlf out: commands may end in LF alone, but no message does (smtpd_forbid_bare_newline).
        using var session = TypedSession.Openssl("-connect", $"127.0.0.1:{relay.Port}", "-starttls", "smtp", "-crlf");
        await session.ReadUntilAsync("Verification error: self-signed certificate");
        var offered = await session.TypeAsync("ehlo mail.example.com", "250-DSN");
        offered.ShouldContain("250-AUTH LOGIN PLAIN\n250-AUTH=LOGIN PLAIN\n");
        offered.ShouldNotContain("STARTTLS");
        await session.TypeAsync($"auth plain {encoded}", "235 2.7.0 Authentication successful");
        await session.TypeAsync("mail from:a@campaign.test", "250 2.1.0 Ok");
        await session.TypeAsync("rcpt to:b@dest.test", "250 2.1.5 Ok");
        await session.TypeAsync("data", "354 ");
        await session.TypeAsync("subject: test message\nThis is a test message\n.", "250 2.0.0 Ok: queued as ");
        var content = Encoding.UTF8.GetString((await relay.Inbox.NextAsync()).Content());
        content.ShouldContain("with ESMTPSA id");
        content.ShouldContain("This is a test message");
    }

    [Fact]
    public async Task R72_Only_clients_that_signed_in_this_machine_included()
    {
        await using var relay = await SubmissionRelay.StartWithUserAsync($"{Enabled}\nmynetworks = 127.0.0.0/8\nsmtpd_recipient_restrictions = permit_sasl_authenticated, reject");
        (await Tool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", relay.Port, "--from", "a@campaign.test", "--to", "b@dest.test"]))
            .Output.ShouldContain("554 5.7.1 <b@dest.test>: Recipient address rejected: Access denied");
        (await relay.SwaksAsync("PLAIN", SubmissionRelay.User, SubmissionRelay.Password)).Succeeded();
        (await relay.Inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
    }

    /// <summary>Sends lines one by one and gives each one's whole reply.</summary>
    private static async Task<IReadOnlyList<string>> TalkAsync(int port, params string[] lines)
    {
        using var client = new DialogClient(IPAddress.Loopback, new IPEndPoint(IPAddress.Loopback, port));
        await ReadAsync(client);
        var replies = new List<string>();
        foreach (var line in lines)
        {
            await client.SendAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
            replies.Add(await ReadAsync(client));
        }
        return replies;
    }

    private static async Task<string> ReadAsync(DialogClient client)
    {
        var lines = new List<string>();
        do lines.Add(await client.ReadLineAsync() ?? throw new IOException("the server hung up"));
        while (lines[^1] is [_, _, _, '-', ..]);
        return string.Join('\n', lines);
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
