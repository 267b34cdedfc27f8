using BulkRelay.Core.Configuration;
using BulkRelay.Core.Configuration.Parameters;
using BulkRelay.Server.Applets;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.Tests.Configuration;

/// <summary>A relative name of a file counts from the folder of the configuration, wherever the program was started.</summary>
public sealed class RelativeFilesTests : IDisposable
{
    /// <summary>These have rules of their own: a place of several kinds, a search path, a name without its ending.</summary>
    private static readonly HashSet<string> Others =
        new(StringComparer.Ordinal) { "smtpd_sasl_path", "cyrus_sasl_config_path", "queue_store" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A parameter that is declared later and is named as files are has to be declared as one.</summary>
    [Fact]
    public void Every_parameter_that_is_named_as_files_are_names_a_file()
    {
        string[] endings = ["_file", "_files", "_CAfile", "_CApath", "_path", "_directory"];
        var named = ParameterCatalog.All.Where(p => endings.Any(e => p.Name.EndsWith(e, StringComparison.Ordinal))
            && !Others.Contains(p.Name)).ToList();
        named.Count.ShouldBeGreaterThan(20);
        named.Where(p => !p.NamesFiles).Select(p => p.Name).ShouldBeEmpty();
    }

    public static TheoryData<string> Files => [.. ParameterCatalog.All.Where(p => p.NamesFiles).Select(p => p.Name)];

    /// <summary>Wherever the setting stands: in main.cf, in an option of a service, on the command line.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void Of_every_parameter_that_names_files_the_value_is_the_full_path(string name)
    {
        const string Service = "smtp unix - - n - - smtp\n";
        var environment = new System.Collections.Hashtable();
        var inMain = ConfigLoader.Parse($"{name} = here/file\n", Service, "/etc/relay", ConfigOverrides.None).Draft;
        var inOption = ConfigLoader.Parse("", $"{Service.TrimEnd()} -o {name}=here/file\n", "/etc/relay", ConfigOverrides.None).Draft;
        var onCommandLine = ConfigLoader.Parse("", Service, "/etc/relay", new ConfigOverrides([$"{name}=here/file"], environment)).Draft;
        foreach (var snapshot in new[] { inMain, inOption.ForService(inOption.Services[0]), onCommandLine })
        {
            IReadOnlyList<string> value = ParameterCatalog.Find(name) switch
            {
                Parameter<string> one => [snapshot.Get(one)],
                Parameter<IReadOnlyList<string>> list => snapshot.Get(list),
                _ => [],
            };
            value.ShouldBe(["/etc/relay/here/file"]);
        }
    }

    [Fact]
    public void The_value_is_the_full_path()
    {
        const string Main = """
            smtpd_tls_cert_file = server.crt
            smtpd_tls_CApath = cas
            smtpd_tls_chain_files = a.pem, /b/c.pem
            smtp_tls_cert_file = ${none}tls/client.crt
            lmtp_tls_eccert_file = none
            smtp_tls_trust_anchor_file = anchor.pem
            maillog_file = mail.log
            bounce_template_file = ../bounce.cf
            queue_directory = queue
            """;
        var config = ConfigLoader.Parse(Main, "", "/etc/relay", ConfigOverrides.None).Snapshot.ShouldNotBeNull();
        config.Get(SmtpdTlsParameters.CertFile).ShouldBe("/etc/relay/server.crt");
        config.Get(SmtpdTlsParameters.KeyFile).ShouldBe("/etc/relay/server.crt");
        config.Get(SmtpdTlsParameters.CaFile).ShouldBe("");
        config.Get(SmtpdTlsParameters.CaPath).ShouldBe("/etc/relay/cas");
        config.Get(SmtpdTlsParameters.ChainFiles).ShouldBe(["/etc/relay/a.pem", "/b/c.pem"]);
        config.Get(TlsClientParameters.Smtp.CertFile).ShouldBe("/etc/relay/tls/client.crt");
        config.Get(TlsClientParameters.Smtp.TrustAnchorFile).ShouldBe(["/etc/relay/anchor.pem"]);
        config.Get(LogParameters.MaillogFile).ShouldBe("/etc/relay/mail.log");
        config.Get(BounceParameters.BounceTemplateFile).ShouldBe("/etc/bounce.cf");
        config.Get(MainParameters.QueueDirectory).ShouldBe("/etc/relay/queue");
    }

    [Fact]
    public void A_word_that_stands_for_no_file_and_what_can_be_no_path_stay_as_they_are()
    {
        var load = ConfigLoader.Parse("smtpd_tls_cert_file = none\n", "", "/etc/relay", ConfigOverrides.None);
        load.Snapshot.ShouldNotBeNull().Get(SmtpdTlsParameters.CertFile).ShouldBe("none");
        ConfigLoader.Parse("maillog_file = a\0b\nqueue_directory = \0\n", "", "/etc/relay", ConfigOverrides.None).Snapshot.ShouldBeNull();
    }

    /// <summary>In and out, in parameters and in tables: nothing of it is in the folder in which the tests run.</summary>
    [Fact]
    public async Task All_that_the_configuration_names_is_found()
    {
        var certificate = TestCertificate.Make("relay.test", isAuthority: true, names: "relay.test");
        await WriteAsync("server.crt", certificate.CertificatePem);
        await WriteAsync("server.key", certificate.KeyPem);
        await WriteAsync("chain.pem", certificate.KeyPem + certificate.CertificatePem);
        await WriteAsync("policy", "example.com secure tafile=server.crt\n");
        await WriteAsync("sni", "relay.test chain.pem\n");
        await WriteAsync("transport", "example.com smtp:[127.0.0.1]\n");
        await WriteAsync("access.cidr", "192.0.2.0/24 REJECT\n");
        await WriteAsync("checks.pcre", "/x/ REJECT\n");
        await WriteAsync("passwords", "[mail.example.com] user:secret\n");
        await WriteAsync("tokens", "user endpoint=https://tokens.example.com client_id=id client_secret_file=secret\n");
        await WriteAsync("secret", "secret\n");
        await WriteAsync("bounce.cf", "");
        await WriteAsync("main.cf", """
            myhostname = relay.test
            mydestination =
            queue_directory = queue
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = server.crt
            smtpd_tls_key_file = server.key
            smtpd_tls_CAfile = server.crt
            tls_server_sni_maps = texthash:sni
            smtpd_client_restrictions = check_client_access cidr:access.cidr, check_client_access pcre:checks.pcre
            transport_maps = hash:transport
            smtp_tls_security_level = may
            smtp_tls_policy_maps = texthash:policy
            smtp_tls_CAfile = server.crt
            smtp_tls_trust_anchor_file = server.crt
            smtp_tls_chain_files = chain.pem
            smtp_sasl_auth_enable = yes
            smtp_sasl_password_maps = texthash:passwords
            smtp_oauth_token_maps = texthash:tokens
            smtp_sasl_security_options =
            bounce_template_file = bounce.cf
            """);
        await WriteAsync("master.cf", "2525 inet n - n - - smtpd\nsmtp unix - - n - - smtp\n");
        using var output = new StringWriter();
        (await CheckApplet.RunAsync(["-c", _folder.Path], output, output)).ShouldBe(0, output.ToString());
        output.ToString().ShouldContain("0 errors, 0 warnings");

        // That it was looked for at all shows when it is gone.
        foreach (var name in new[] { "server.crt", "server.key", "chain.pem", "policy", "sni", "transport", "access.cidr", "checks.pcre",
            "passwords", "tokens", "secret", "bounce.cf" })
        {
            var (file, away) = (Path.Combine(_folder.Path, name), Path.Combine(_folder.Path, "away"));
            File.Move(file, away);
            using var missing = new StringWriter();
            await CheckApplet.RunAsync(["-c", _folder.Path], missing, missing);
            missing.ToString().ShouldNotContain("0 errors, 0 warnings", Case.Sensitive, name);
            missing.ToString().ShouldContain(file);
            File.Move(away, file);
        }
    }

    private async Task WriteAsync(string name, string text)
    {
        var file = Path.Combine(_folder.Path, name);
        await File.WriteAllTextAsync(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
