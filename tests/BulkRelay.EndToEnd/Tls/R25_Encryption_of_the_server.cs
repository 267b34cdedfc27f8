using System.Globalization;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Tls;

/// <summary>STARTTLS offered and required, as the pages set it up, with the clients that the pages name.</summary>
public sealed class R25_Encryption_of_the_server : IAsyncLifetime
{
    private readonly TlsFiles _files = new();
    private readonly SinkInbox _inbox = new();
    private RelayProcess? _relay;

    private string Server => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_relay!.Port}");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_relay is not null) await _relay.DisposeAsync();
        await _inbox.DisposeAsync();
        _files.Dispose();
    }

    [Theory]
    [InlineData("smtpd_use_tls = yes")]
    [InlineData("smtpd_tls_security_level = may")]
    public async Task Offered_where_clients_may_use_it(string setting)
    {
        await StartAsync(setting + "\nsmtpd_tls_received_header = yes");
        (await SwaksAsync("--tls")).Succeeded();
        Trace(await _inbox.NextAsync()).ShouldContain("(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))");
        (await SwaksAsync()).Succeeded();
        Trace(await _inbox.NextAsync()).ShouldNotContain("using TLS");
    }

    [Theory]
    [InlineData("smtpd_enforce_tls = yes")]
    [InlineData("smtpd_tls_security_level = encrypt")]
    public async Task Required_where_clients_must_use_it(string setting)
    {
        await StartAsync(setting);
        (await SwaksAsync()).Output.ShouldContain("<** 530 5.7.0 Must issue a STARTTLS command first");
        (await SwaksAsync("--tls")).Succeeded();
        await _inbox.NextAsync();
    }

    [Fact]
    public async Task Mail_of_Python_comes_over_TLS_that_it_has_verified()
    {
        await StartAsync("smtpd_tls_security_level = encrypt");
        var script = $"""
            import smtplib, ssl
            context = ssl.create_default_context(cafile='{_files.CaFile}')
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            class Smtp(smtplib.SMTP):
                def _get_socket(self, host, port, timeout):
                    return super()._get_socket('127.0.0.1', port, timeout)
            with Smtp('relay.test', {_relay!.Port}) as smtp:
                smtp.starttls(context=context)
                smtp.sendmail('a@x.test', ['b@y.test'], 'Subject: hello\r\n\r\nbody\r\n')
            """;
        (await Tool.RunAsync("python3", ["-c", script])).Succeeded();
        (await _inbox.NextAsync()).Recipients.ShouldBe(["b@y.test"]);
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_one_that_is_broken_is_not()
    {
        await StartAsync("smtpd_tls_security_level = may");
        (await SClient.AskAsync(_relay!.Port)).ShouldContain("subject=CN = relay.test");
        _files.Write("server", TestCertificate.Make("renewed.test", _files.Authority, isRsa: true));
        await EventuallyAsync("subject=CN = renewed.test");
        await File.WriteAllTextAsync(_files.ServerKey, "nonsense");
        await EventuallyLoggedAsync("warning: smtpd_tls_key_file: ");
        (await SClient.AskAsync(_relay.Port)).ShouldContain("subject=CN = renewed.test");
    }

    [Fact]
    public async Task Clients_get_the_certificate_that_they_can_verify()
    {
        var chain = _files.PathOf("chain.pem");
        var ec = TestCertificate.Make("ec.test", _files.Authority);
        await File.WriteAllTextAsync(chain, ec.KeyPem + ec.CertificatePem + _files.Authority.CertificatePem
            + await File.ReadAllTextAsync(_files.ServerKey) + await File.ReadAllTextAsync(_files.ServerCertificate));
        await StartAsync($"smtpd_tls_security_level = may\nsmtpd_tls_chain_files = {chain}");
        (await SClient.AskAsync(_relay!.Port)).ShouldContain("subject=CN = ec.test");
        (await SClient.AskAsync(_relay.Port, "-tls1_2")).ShouldContain("subject=CN = ec.test");
        (await SClient.AskAsync(_relay.Port, "-sigalgs", "RSA-PSS+SHA256:RSA+SHA256")).ShouldContain("subject=CN = relay.test");
        (await SClient.AskAsync(_relay.Port, "-tls1_2", "-cipher", "aRSA")).ShouldContain("subject=CN = relay.test");
    }

    [Fact]
    public async Task Names_that_clients_ask_for_have_certificates_of_their_own()
    {
        var other = TestCertificate.Make("other.test", _files.Authority);
        await File.WriteAllTextAsync(_files.PathOf("other.pem"), other.KeyPem + other.CertificatePem);
        await File.WriteAllTextAsync(_files.PathOf("sni"), $"mail.other.test {_files.PathOf("other.pem")}\n.below.test {_files.PathOf("other.pem")}\n");
        await StartAsync($"smtpd_tls_security_level = may\ntls_server_sni_maps = hash:{_files.PathOf("sni")}");
        (await SClient.AskAsync(_relay!.Port, "-servername", "mail.other.test")).ShouldContain("subject=CN = other.test");
        (await SClient.AskAsync(_relay.Port, "-servername", "a.below.test")).ShouldContain("subject=CN = other.test");
        (await SClient.AskAsync(_relay.Port, "-servername", "relay.test")).ShouldContain("subject=CN = relay.test");
    }

    [Fact]
    public async Task Sessions_are_taken_up_again_by_the_service_that_began_them_and_by_no_other()
    {
        var (other, asking) = (FreePort.Next(), FreePort.Next());
        await StartAsync("smtpd_tls_security_level = may",
            Service(other, ""), Service(asking, " -o smtpd_tls_ask_ccert=yes"));
        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
        {
            var session = _files.PathOf("session" + version);
            (await SClient.AskAsync(_relay!.Port, version, "-sess_out", session)).ShouldContain("\nNew, TLSv1.");
            (await SClient.AskAsync(_relay.Port, version, "-sess_in", session)).ShouldContain("\nReused, TLSv1.");
            (await SClient.AskAsync(other, version, "-sess_in", session)).ShouldContain("\nNew, TLSv1.");
            (await SClient.AskAsync(asking, version, "-sess_in", session)).ShouldContain("\nNew, TLSv1.");
        }
    }

    [Fact]
    public async Task A_first_start_makes_its_own_certificate()
    {
        _relay = new RelayProcess($"relayhost = [127.0.0.1]:{_inbox.Port}");
        var advice = (await _relay.CommandAsync("tls", "self-signed")).Succeeded();
        await File.AppendAllLinesAsync(Path.Combine(_relay.ConfigDirectory, "main.cf"), advice.Split('\n').Where(l => l.StartsWith("smtpd_", StringComparison.Ordinal)));
        File.GetUnixFileMode(Path.Combine(_relay.ConfigDirectory, "server.key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await _relay.CommandAsync("tls", "self-signed")).ExitCode.ShouldBe(1);
        await _relay.StartAsync();
        (await SwaksAsync("--tls")).Succeeded();
        (await SClient.AskAsync(_relay.Port)).ShouldContain("subject=CN = relay.test");
    }

    private static string Service(int port, string options) =>
        string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port} inet n - n - - smtpd{options}");

    private static string Trace(Server.Sink.SinkMessage message) => System.Text.Encoding.UTF8.GetString(message.Content()).Split("\r\n\r\n")[0];

    private Task StartAsync(string mainCf, params string[] services)
    {
        _relay = new RelayProcess($"relayhost = [127.0.0.1]:{_inbox.Port}\n{_files.MainCf}\n{mainCf}", services: services);
        return _relay.StartAsync();
    }

    private Task<ToolResult> SwaksAsync(params string[] arguments) =>
        Tool.RunAsync("swaks", ["--server", Server, "--from", "a@x.test", "--to", "b@y.test", .. SampleFile.ForSwaks, .. arguments]);

    /// <summary>Files are looked at no more than once a second, and at a handshake only: each look here is one.</summary>
    private async Task EventuallyAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!(await SClient.AskAsync(_relay!.Port)).Contains(text, StringComparison.Ordinal)) limit.Token.ThrowIfCancellationRequested();
    }

    private async Task EventuallyLoggedAsync(string text)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!(await File.ReadAllTextAsync(_relay!.LogFile, limit.Token)).Contains(text, StringComparison.Ordinal))
            await SClient.AskAsync(_relay.Port);
    }
}
