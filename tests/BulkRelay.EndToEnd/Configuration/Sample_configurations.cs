using System.Globalization;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.Tests.TestKit;

namespace BulkRelay.EndToEnd.Configuration;

/// <summary>
/// Configurations as people have them: Debian's as it is installed, the one that Postfix is shipped with, and those that the pages of
/// administrators print. What <c>check</c> says of each is right, complete, and fits a screen; what starts relays.
/// </summary>
public sealed class Sample_configurations : IAsyncLifetime
{
    private const int ScreenLines = 50;
    private const int ScreenColumns = 140;

    /// <summary>What a <c>master.cf</c> of Debian has and this relay has not.</summary>
    private static readonly string[] UnknownPrograms = ["warning local/unix", "warning virtual/unix", "warning lmtp/unix", "warning maildrop/unix"];

    private readonly TempFolder _files = new();
    private readonly SinkInbox _sink = new();
    private RelayProcess? _relay;

    public Task InitializeAsync()
    {
        var certificate = TestCertificate.Make("relay.test", null, isRsa: true, names: "relay.test");
        File.WriteAllText(_files.File("server.pem"), certificate.CertificatePem);
        File.WriteAllText(_files.File("server.key"), certificate.KeyPem);
        File.WriteAllText(_files.File("mailname"), "example.test\n");
        foreach (var name in (string[])["sasl_passwd", "sender_access", "sender_canonical", "transport", "sender_dependent_relayhost_maps", "smtpd_discard_ehlo_keywords"])
            File.WriteAllText(_files.File(name), "");
        File.SetUnixFileMode(_files.File("sasl_passwd"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_relay is not null) await _relay.DisposeAsync();
        await _sink.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task Debians_configuration_starts_and_relays_and_says_that_nothing_is_delivered_here()
    {
        await CheckAsync("debian", "warning alias_maps", "warning mydestination");
        await RelaysAsync();
    }

    [Fact]
    public async Task The_configuration_that_postfix_is_shipped_with_starts_and_relays()
    {
        await CheckAsync("dist", "warning mydestination");
        await RelaysAsync();
    }

    [Fact]
    public async Task The_pages_settings_of_TLS_start_and_relay()
    {
        await CheckAsync("page_003_tls", "note compatibility_level", "warning lmtp_tls_exclude_ciphers", "warning lmtp_tls_mandatory_exclude_ciphers",
            "warning smtp_tls_exclude_ciphers", "warning smtp_tls_mandatory_exclude_ciphers", "warning smtpd_tls_exclude_ciphers");
        await RelaysAsync();
    }

    [Fact]
    public async Task The_page_with_virtual_domains_and_a_filter_is_refused()
    {
        await CheckAsync("page_003", "note compatibility_level", "error virtual_maps", "error virtual_alias_domains", "error virtual_mailbox_domains",
            "error virtual_transport", "error smtpd_milters", "error non_smtpd_milters", "warning lmtp_tls_exclude_ciphers",
            "warning lmtp_tls_mandatory_exclude_ciphers", "warning smtp_tls_exclude_ciphers", "warning smtp_tls_mandatory_exclude_ciphers",
            "warning smtpd_tls_exclude_ciphers");
        (await _relay!.StartOrDieAsync(null)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_pages_settings_for_a_relay_start_and_relay()
    {
        await CheckAsync("page_004_relay", "note compatibility_level");
        await RelaysAsync();
    }

    [Fact]
    public async Task The_page_with_virtual_domains_header_checks_and_verified_senders_is_refused()
    {
        await CheckAsync("page_004", "note compatibility_level", "warning home_mailbox", "warning mailbox_command", "error virtual_alias_domains",
            "error virtual_alias_maps", "error smtpd_sender_restrictions", "error header_checks");
        (await _relay!.StartOrDieAsync(null)).ShouldBeFalse();
    }

    /// <summary>Prepares a relay with the configuration, and compares what <c>check</c> finds: the severity and what it is about.</summary>
    private async Task CheckAsync(string name, params string[] expected)
    {
        _relay = new RelayProcess();
        string Adapt(string file) => SampleFile($"configurations/{file}").Replace("{dir}", _files.Path, StringComparison.Ordinal)
            .Replace("{next}", _sink.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{port}", _relay.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_relay.ConfigDirectory, "main.cf"),
            $"{Adapt($"{name}.main.cf")}queue_directory = {_relay.QueueDirectory}\nmaillog_file = {_relay.LogFile}\n");
        await File.WriteAllTextAsync(Path.Combine(_relay.ConfigDirectory, "master.cf"), Adapt("debian.master.cf"));

        var check = await _relay.CommandAsync("check");

        var lines = check.Output.Split('\n');
        lines.TakeWhile(l => l.Length > 0).Select(Subject).Order(StringComparer.Ordinal)
            .ShouldBe(expected.Concat(UnknownPrograms).Order(StringComparer.Ordinal), check.Output);
        check.ExitCode.ShouldBe(expected.Any(e => e.StartsWith("error", StringComparison.Ordinal)) ? 1 : 0);
        lines.TakeWhile(l => !l.StartsWith("Services without effect", StringComparison.Ordinal))
            .Sum(l => Math.Max(1, (l.Length + ScreenColumns - 1) / ScreenColumns)).ShouldBeLessThanOrEqualTo(ScreenLines, check.Output);
        lines.Length.ShouldBeGreaterThan(expected.Length);
    }

    private async Task RelaysAsync()
    {
        await _relay!.StartAsync();
        await SmtpTalk.SendSampleAsync(_relay.Port, "client.test", "MAIL FROM:<a@sender.test>", "RCPT TO:<b@elsewhere.test>");
        (await _sink.NextAsync()).Recipients.ShouldBe(["b@elsewhere.test"]);
        (await _relay.StopAsync()).ShouldBe(0);
    }

    /// <summary><c>file:line: severity: parameter = value: …</c> as severity and parameter.</summary>
    private static string Subject(string line)
    {
        var parts = line.Split(": ");
        return $"{parts[1]} {parts[2].Split(" = ")[0]}";
    }

    private static string SampleFile(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, name));
}
