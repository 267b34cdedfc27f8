using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>The clients that people use sign in by each mechanism, with the relay's own users.</summary>
public sealed class Clients_sign_in
{
    private const string Enabled = "smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = bulkrelay\nsmtpd_sasl_authenticated_header = yes";

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5")]
    public async Task Swaks_signs_in(string mechanism)
    {
        await using var relay = await SubmissionRelay.StartWithUserAsync(Enabled, "--cram-md5");
        (await relay.SwaksAsync(mechanism, SubmissionRelay.User, SubmissionRelay.Password)).Succeeded().ShouldContain("235 2.7.0 Authentication successful");
        var message = await relay.Inbox.NextAsync();
        message.Recipients.ShouldBe(["b@dest.test"]);
        System.Text.Encoding.UTF8.GetString(message.Content()).ShouldContain("(Authenticated sender: test)\r\n\tby relay.test (BulkRelay) with ESMTPA id");
        await relay.LogWithAsync($"client=unknown[127.0.0.1], sasl_method={mechanism}, sasl_username=test");

        var refused = await relay.SwaksAsync(mechanism, SubmissionRelay.User, "wrong");
        refused.ExitCode.ShouldNotBe(0);
        refused.Output.ShouldContain("535 5.7.8 Error: authentication failed: authentication failure");
        await relay.LogWithAsync($"warning: unknown[127.0.0.1]: SASL {mechanism} authentication failed: authentication failure, sasl_username=test");
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("login")]
    [InlineData("cram-md5")]
    [InlineData("scram-sha-256")]
    public async Task Msmtp_signs_in(string mechanism)
    {
        using var folder = new TempFolder();
        await using var relay = await SubmissionRelay.StartWithUserAsync(Enabled, "--cram-md5");
        (await MsmtpAsync(relay, folder, mechanism, SubmissionRelay.Password)).Succeeded();
        (await relay.Inbox.NextAsync()).Sender.ShouldBe("a@campaign.test");
        await relay.LogWithAsync($"sasl_method={mechanism.ToUpperInvariant()}, sasl_username=test");
        (await MsmtpAsync(relay, folder, mechanism, "wrong")).Error.ShouldContain("535 5.7.8 Error: authentication failed");
    }

    [Fact]
    public async Task Python_signs_in_by_what_it_likes_best()
    {
        await using var relay = await SubmissionRelay.StartWithUserAsync(Enabled);
        var script = $"""
            import smtplib
            with smtplib.SMTP('127.0.0.1', {relay.Port}) as s:
                s.login('test', 'testtest')
                s.sendmail('a@campaign.test', ['b@dest.test'], b'Subject: x\r\n\r\nx\r\n')
            """;
        (await Tool.RunAsync("python3", ["-c", script])).Succeeded();
        (await relay.Inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
    }

    [Fact]
    public async Task A_user_who_is_added_deleted_or_changed_while_the_relay_runs_counts_at_once()
    {
        await using var relay = await SubmissionRelay.StartWithUserAsync(Enabled);
        await relay.AddUserAsync("anna", "first");
        await UntilAsync(relay, "anna", "first", succeeds: true);
        (await Tool.RunAsync(relay.Process.Program, ["user", "-c", relay.Process.ConfigDirectory, "add", "anna"], "second\n")).Succeeded().ShouldBe("changed the password of anna\n");
        await UntilAsync(relay, "anna", "first", succeeds: false);
        await UntilAsync(relay, "anna", "second", succeeds: true);
        (await relay.Process.CommandAsync("user", "delete", "anna")).Succeeded();
        await UntilAsync(relay, "anna", "second", succeeds: false);
    }

    [Fact]
    public async Task Who_is_not_signed_in_cannot_relay()
    {
        await using var relay = await SubmissionRelay.StartWithUserAsync(Enabled);
        var refused = await Tool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", relay.Port, "--from", "a@campaign.test", "--to", "b@dest.test"]);
        refused.Output.ShouldContain("554 5.7.1 <b@dest.test>: Relay access denied");
    }

    [Fact]
    public async Task Fail2ban_finds_each_failure_and_nothing_else()
    {
        await using var relay = await SubmissionRelay.StartWithUserAsync(Enabled, "--cram-md5");
        foreach (var mechanism in new[] { "PLAIN", "LOGIN", "CRAM-MD5" })
            (await relay.SwaksAsync(mechanism, "x] : SASL LOGIN authentication failed: y", "wrong")).ExitCode.ShouldNotBe(0);
        (await relay.SwaksAsync("PLAIN", SubmissionRelay.User, SubmissionRelay.Password, "--helo", "x]:_SASL_LOGIN_authentication_failed")).Succeeded();
        await relay.Inbox.NextAsync();
        await relay.LogWithAsync("status=sent");
        var found = await Tool.RunAsync("fail2ban-regex", [relay.Process.LogFile, "postfix[mode=auth]"]);
        found.Output.ShouldContain(" 3 matched,", customMessage: found.Output + found.Error);
    }

    private static async Task UntilAsync(SubmissionRelay relay, string user, string password, bool succeeds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await relay.SwaksAsync("PLAIN", user, password, "--quit-after", "AUTH")).ExitCode == 0 != succeeds) limit.Token.ThrowIfCancellationRequested();
    }

    private static async Task<ToolResult> MsmtpAsync(SubmissionRelay relay, TempFolder folder, string mechanism, string password)
    {
        var file = folder.File($"msmtprc-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(file, $"account default\nhost 127.0.0.1\nport {relay.Port}\nfrom a@campaign.test\ntls off\nauth {mechanism}\nuser test\npassword {password}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return await Tool.RunAsync("msmtp", ["-C", file, "b@dest.test"], "Subject: x\n\nx\n");
    }
}
