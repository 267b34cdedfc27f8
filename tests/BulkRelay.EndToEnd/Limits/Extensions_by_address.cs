using System.Globalization;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Limits;

/// <summary>Extensions that one client cannot handle.</summary>
public sealed class Extensions_by_address
{
    [Fact]
    public async Task R91_STARTTLS_is_hidden_from_one_address()
    {
        using var folder = new TempFolder();
        (await Tool.RunAsync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=relay.test", "-days", "2",
            "-keyout", folder.File("key.pem"), "-out", folder.File("cert.pem")])).Succeeded();
        await File.WriteAllTextAsync(folder.File("smtpd_discard_ehlo_keywords"), "127.0.0.66 starttls\n");
        await using var inbox = new SinkInbox();
        await using var relay = new RelayProcess($"""
            relayhost = [127.0.0.1]:{inbox.Port}
            smtpd_tls_security_level = may
            smtpd_tls_cert_file = {folder.File("cert.pem")}
            smtpd_tls_key_file = {folder.File("key.pem")}
            # Discard some EHLO features for specific servers.
            # E.g. disable starttls with broken servers.
            smtpd_discard_ehlo_keyword_address_maps = hash:{folder.File("smtpd_discard_ehlo_keywords")}
            """);
        await relay.StartAsync();

        var broken = await SwaksAsync(relay, "127.0.0.66", "--tls-optional");
        broken.Succeeded().ShouldNotContain("STARTTLS");
        (await inbox.NextAsync()).Sender.ShouldBe("a@campaign.test");
        await MailLogFile.LineAsync(relay.LogFile, "smtpd", "discarding EHLO keywords: STARTTLS");
        (await SwaksAsync(relay, "127.0.0.66", "--tls")).ExitCode.ShouldNotBe(0);

        var good = await SwaksAsync(relay, "127.0.0.67", "--tls");
        good.Succeeded().ShouldContain("250-STARTTLS");
        (await inbox.NextAsync()).Sender.ShouldBe("a@campaign.test");
    }

    private static Task<ToolResult> SwaksAsync(RelayProcess relay, string from, string option) => Tool.RunAsync("swaks", ["--server", "127.0.0.1",
        "--port", relay.Port.ToString(CultureInfo.InvariantCulture), "--local-interface", from, "--from", "a@campaign.test", "--to", "b@dest.test", option]);
}
