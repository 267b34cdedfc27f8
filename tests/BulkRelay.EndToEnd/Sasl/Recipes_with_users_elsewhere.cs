using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Sasl;

/// <summary>Rows R18, R27 and R67 of the how-to pages: passwords that others know, with the real others.</summary>
public sealed class Recipes_with_users_elsewhere
{
    [Fact]
    public async Task R18_Users_of_sasldb2_and_the_message_when_there_are_none()
    {
        await using var relay = SubmissionRelay.Prepare("smtpd_sasl_auth_enable = yes");
        var file = Path.Combine(relay.Process.ConfigDirectory, "sasl_users");
        (await relay.Process.CommandAsync("check")).Succeeded().ShouldContain(
            $"smtpd_sasl_user_file: SASL authentication problem: unable to open {file}: No such file or directory: nobody can sign in. Create it with `bulkrelay user add NAME`");
        await relay.Process.StartAsync();
        var refused = await relay.SwaksAsync("LOGIN", "test", "testtest");
        refused.Output.ShouldContain("454 4.7.0 Temporary authentication failure: Connection lost to authentication server");
        await relay.LogWithAsync($"warning: SASL authentication problem: table texthash:{file}: source file {file}: no such file");
        (await Tool.RunAsync("swaks", ["--server", "127.0.0.1", "--port", relay.Port, "--to", "b@dest.test"])).Output.ShouldContain("554 5.7.1 <b@dest.test>: Relay access denied");

        using var folder = new TempFolder();
        (await Tool.RunAsync("saslpasswd2", ["-p", "-c", "-f", folder.File("sasldb2"), "-u", "relay.test", "test"], "testtest")).Succeeded();
        var dump = (await Tool.RunAsync("db_dump", ["-p", folder.File("sasldb2")])).Succeeded();
        (await Tool.RunAsync(relay.Process.Program, ["user", "-c", relay.Process.ConfigDirectory, "import"], dump)).Succeeded().ShouldBe("1 users imported, 1 of them new\n");
        var listing = (await Tool.RunAsync("sasldblistusers2", ["-f", folder.File("sasldb2")])).Succeeded();
        (await Tool.RunAsync(relay.Process.Program, ["user", "-c", relay.Process.ConfigDirectory, "import"], listing)).Error.ShouldContain("without the password");

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await relay.SwaksAsync("LOGIN", "test", "testtest")).ExitCode != 0) limit.Token.ThrowIfCancellationRequested();
        (await relay.Inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task R27_Saslauthd_on_shadow()
    {
        await using var user = await SystemUser.CreateAsync("testtest");
        using var saslauthd = await SaslauthdProcess.StartAsync("shadow");
        await using var relay = SubmissionRelay.Prepare("""
            smtpd_sasl_auth_enable = yes
            smtpd_recipient_restrictions =
                    permit_mynetworks permit_sasl_authenticated reject_unauth_destination

            smtpd_helo_restrictions = permit_sasl_authenticated, permit_mynetworks, reject_invalid_hostname, reject_unauth_pipelining, reject_non_fqdn_hostname

            # Postfix >= 2.3, ab Edgy
            smtpd_sasl_path = smtpd
            broken_sasl_auth_clients = yes
            """);
        relay.WriteSmtpdConf($"pwcheck_method: saslauthd\nmech_list: PLAIN LOGIN\nsaslauthd_path: {saslauthd.Path}\n");
        await relay.Process.StartAsync();
        foreach (var mechanism in new[] { "PLAIN", "LOGIN" })
        {
            (await relay.SwaksAsync(mechanism, user.Name, "testtest")).Succeeded().ShouldContain("250-AUTH LOGIN PLAIN\n");
            (await relay.Inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
            (await relay.SwaksAsync(mechanism, user.Name, "wrong")).Output.ShouldContain("535 5.7.8 Error: authentication failed: authentication failure");
        }
        await relay.LogWithAsync($"SASL PLAIN authentication failed: authentication failure, sasl_username={user.Name}");
    }

    [Fact]
    public async Task R27_Saslauthd_on_PAM_with_a_realm_and_AUTH_inside_TLS_only()
    {
        await using var user = await SystemUser.CreateAsync("testtest");
        using var saslauthd = await SaslauthdProcess.StartAsync("pam");
        using var certificate = await TestCertificate.CreateAsync();
        await using var relay = SubmissionRelay.Prepare($"""
            # Enable authentication via saslauthd.
            smtpd_sasl_auth_enable = yes
            # Set the service name passed to saslauthd.
            smtpd_sasl_local_domain = home.test
            smtpd_recipient_restrictions =
                    permit_sasl_authenticated,
                    reject_unauth_destination
            smtpd_tls_auth_only = yes
            smtpd_tls_security_level = may
            {certificate.MainCf}
            """);
        relay.WriteSmtpdConf($"pwcheck_method: saslauthd\nmech_list: PLAIN LOGIN\nsaslauthd_path: {saslauthd.Path}\n");
        await relay.Process.StartAsync();
        var inClear = await relay.SwaksAsync("PLAIN", user.Name, "testtest", "--auth-optional-strict");
        inClear.Output.ShouldNotContain("250-AUTH");
        (await relay.SwaksAsync("PLAIN", user.Name, "testtest", "--tls")).Succeeded().ShouldContain("250-AUTH LOGIN PLAIN\n");
        System.Text.Encoding.UTF8.GetString((await relay.Inbox.NextAsync()).Content()).ShouldContain("with ESMTPSA id");
        await relay.LogWithAsync($"sasl_username={user.Name}@home.test");
    }

    [Fact]
    public async Task R67_Dovecot_over_its_socket_and_over_the_network()
    {
        await using var dovecot = await DovecotAuth.StartAsync("test:{PLAIN}testtest");
        foreach (var path in new[] { dovecot.Socket, $"inet:127.0.0.1:{dovecot.Port}" })
        {
            await using var relay = SubmissionRelay.Prepare($"smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = {path}");
            await relay.Process.StartAsync();
            foreach (var mechanism in new[] { "PLAIN", "LOGIN", "CRAM-MD5" })
            {
                (await relay.SwaksAsync(mechanism, "test", "testtest")).Succeeded().ShouldContain("250-AUTH PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256\n");
                (await relay.Inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
                (await relay.SwaksAsync(mechanism, "test", "wrong")).Output.ShouldContain("535 5.7.8 Error: authentication failed: authentication failure");
            }
            await relay.LogWithAsync("SASL CRAM-MD5 authentication failed: authentication failure, sasl_username=test");
        }
    }

    [Fact]
    public async Task R67_Dovecot_that_is_not_there_yet_is_asked_again()
    {
        await using var relay = SubmissionRelay.Prepare("smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = private/auth");
        await relay.Process.StartAsync();
        (await relay.SwaksAsync("PLAIN", "test", "testtest")).Output.ShouldContain("454 4.7.0 Temporary authentication failure: Connection lost to authentication server");
        await relay.LogWithAsync("warning: SASL: Connect to private/auth failed: ");

        await using var dovecot = await DovecotAuth.StartAsync("test:{PLAIN}testtest");
        Directory.CreateDirectory(Path.Combine(relay.Process.QueueDirectory, "private"));
        File.CreateSymbolicLink(Path.Combine(relay.Process.QueueDirectory, "private", "auth"), dovecot.Socket);
        (await relay.SwaksAsync("PLAIN", "test", "testtest")).Succeeded();
        (await relay.Inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
    }

    [Fact]
    public async Task R67_Courier_authdaemon()
    {
        await using var user = await SystemUser.CreateAsync("testtest");
        await using var courier = await CourierAuth.StartAsync();
        await using var relay = SubmissionRelay.Prepare("smtpd_sasl_auth_enable = yes");
        relay.WriteSmtpdConf($"pwcheck_method: authdaemond\nauthdaemond_path: {CourierAuth.Path}\nmech_list: PLAIN LOGIN\n");
        await relay.Process.StartAsync();
        (await relay.SwaksAsync("LOGIN", user.Name, "testtest")).Succeeded();
        (await relay.Inbox.NextAsync()).Recipients.ShouldBe(["b@dest.test"]);
        (await relay.SwaksAsync("LOGIN", user.Name, "wrong")).Output.ShouldContain("535 5.7.8 Error: authentication failed: authentication failure");
    }
}
