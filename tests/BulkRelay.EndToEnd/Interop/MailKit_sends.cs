using System.Security.Cryptography;
using System.Text;
using BulkRelay.EndToEnd.Harness;
using BulkRelay.EndToEnd.Sasl;
using BulkRelay.Server.Sink;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace BulkRelay.EndToEnd.Interop;

/// <summary>MailKit, with which programs in .NET send mail: what it hands over arrives octet for octet, and it can read what comes back.</summary>
public sealed class MailKit_sends : IDisposable
{
    private static readonly FormatOptions Wire = new() { NewLineFormat = NewLineFormat.Dos };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("CRAM-MD5")]
    [InlineData("SCRAM-SHA-256")]
    public async Task A_signed_in_client_sends_attachments_over_TLS_and_they_arrive_as_they_are(string mechanism)
    {
        await using var relay = await StartAsync();
        using var client = await ConnectAsync(relay);
        client.Capabilities.HasFlag(SmtpCapabilities.Pipelining | SmtpCapabilities.EightBitMime | SmtpCapabilities.Dsn | SmtpCapabilities.Size | SmtpCapabilities.UTF8).ShouldBeTrue();
        if (mechanism.Length == 0) await client.AuthenticateAsync(SubmissionRelay.User, SubmissionRelay.Password);
        else await client.AuthenticateAsync(SaslMechanism.Create(mechanism, new(SubmissionRelay.User, SubmissionRelay.Password))!);

        foreach (var message in new[] { WithAttachments("eins"), WithAttachments("zwei") })
        {
            await client.SendAsync(Wire, message, MailboxAddress.Parse("a@campaign.test"), [MailboxAddress.Parse("b@dest.test"), MailboxAddress.Parse("c@dest.test")]);
            await ShouldArriveAsync(relay, message, Wire);
        }
        await client.DisconnectAsync(true);
        if (mechanism.Length > 0) await relay.LogWithAsync($"sasl_method={mechanism}, sasl_username=test");
    }

    [Fact]
    public async Task Addresses_and_headers_in_UTF8_go_through()
    {
        await using var relay = await StartAsync();
        // With a wish for reports MailKit sends ORCPT=rfc822;jürgen@dest.test, where RFC 6533 has the type utf-8: 501.
        using var client = await ConnectAsync(relay, wantsReports: false);
        await client.AuthenticateAsync(SubmissionRelay.User, SubmissionRelay.Password);
        var options = Wire.Clone();
        options.International = true;
        var message = WithAttachments("Grüße an 用户");
        message.To.Add(new MailboxAddress("Jürgen", "jürgen@dest.test"));

        await client.SendAsync(options, message, new MailboxAddress("", "absénder@campaign.test"), [new MailboxAddress("", "jürgen@dest.test")]);

        var arrived = await ShouldArriveAsync(relay, message, options);
        arrived.Sender.ShouldBe("absénder@campaign.test");
        arrived.Recipients.ShouldBe(["jürgen@dest.test"]);
        Encoding.UTF8.GetString(arrived.Content()).ShouldContain("Subject: Grüße an 用户\r\n");
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_before_it_is_sent()
    {
        await using var relay = await StartAsync("message_size_limit = 50000");
        using var client = await ConnectAsync(relay);
        await client.AuthenticateAsync(SubmissionRelay.User, SubmissionRelay.Password);
        client.MaxSize.ShouldBe(50_000u);

        var refused = await Should.ThrowAsync<SmtpCommandException>(() => client.SendAsync(Wire, WithAttachments("groß"), MailboxAddress.Parse("a@campaign.test"), [MailboxAddress.Parse("b@dest.test")]));

        refused.ErrorCode.ShouldBe(SmtpErrorCode.SenderNotAccepted);
        refused.Message.ShouldContain("5.3.4");
    }

    [Fact]
    public async Task It_asks_for_a_report_and_can_read_it()
    {
        await using var gone = new SinkInbox(new SinkOptions { Reject = 1 });
        await using var relay = await StartAsync($"transport_maps = inline:{{gone.test=smtp:[127.0.0.1]:{gone.Port}}}");
        using var client = await ConnectAsync(relay);
        await client.AuthenticateAsync(SubmissionRelay.User, SubmissionRelay.Password);
        var message = WithAttachments("lost");

        await client.SendAsync(Wire, message, MailboxAddress.Parse("a@campaign.test"), [MailboxAddress.Parse("b@gone.test")]);

        using var stream = new MemoryStream((await relay.Inbox.NextAsync()).Content());
        var report = (await MimeMessage.LoadAsync(stream)).Body.ShouldBeOfType<MultipartReport>();
        report.ReportType.ShouldBe("delivery-status");
        report.Count.ShouldBe(3);
        var groups = ((MessageDeliveryStatus)report[1]).StatusGroups;
        groups[0]["Original-Envelope-Id"].ShouldBe("envelope=7");
        groups[1]["Final-Recipient"].ShouldBe("rfc822; b@gone.test");
        groups[1]["Action"].ShouldBe("failed");
        groups[1]["Status"].ShouldBe("5.1.1");
        ((MessagePart)report[2]).Message!.Subject.ShouldBe("lost");
    }

    private async Task<SubmissionRelay> StartAsync(string mainCf = "")
    {
        var certificate = Tests.TestKit.TestCertificate.Make("relay.test", names: "relay.test");
        var chain = _folder.File("chain.pem");
        await File.WriteAllTextAsync(chain, certificate.KeyPem + certificate.CertificatePem);
        return await SubmissionRelay.StartWithUserAsync(
            $"smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = bulkrelay\nsmtpd_tls_security_level = may\nsmtpd_tls_auth_only = yes\nsmtpd_tls_chain_files = {chain}\n{mainCf}",
            "--cram-md5");
    }

    private static async Task<SmtpClient> ConnectAsync(SubmissionRelay relay, bool wantsReports = true)
    {
        var client = wantsReports ? new ReportingClient() : new SmtpClient();
        client.ServerCertificateValidationCallback = (_, certificate, _, _) => certificate!.Subject == "CN=relay.test";
        await client.ConnectAsync("127.0.0.1", relay.Process.Port, SecureSocketOptions.StartTls);
        return client;
    }

    /// <summary>A message with a text in two forms and with files that hold any octets, one of them unencoded.</summary>
    private static MimeMessage WithAttachments(string subject)
    {
        var builder = new BodyBuilder { TextBody = "Grüße,\r\n.\r\n..\r\nFrom here\r\n" + new string('x', 900) + "\r\n", HtmlBody = "<p>Grüße</p>\r\n.\r\n" };
        builder.Attachments.Add("data.bin", RandomNumberGenerator.GetBytes(100_000));
        builder.Attachments.Add("Übersicht.txt", Encoding.UTF8.GetBytes("Zeile\r\n.\r\nohne Ende"), new ContentType("text", "plain"));
        var message = new MimeMessage([MailboxAddress.Parse("a@campaign.test")], [MailboxAddress.Parse("b@dest.test")], subject, builder.ToMessageBody());
        message.MessageId = "1@campaign.test";
        return message;
    }

    private static async Task<SinkMessage> ShouldArriveAsync(SubmissionRelay relay, MimeMessage message, FormatOptions options)
    {
        using var sent = new MemoryStream();
        await message.WriteToAsync(options, sent);
        var arrived = await relay.Inbox.NextAsync();
        var content = arrived.Content();
        // In front of it stands the trace field, and behind a last line that has no end MailKit puts one.
        content.AsSpan().IndexOf(sent.ToArray()).ShouldBeGreaterThan(0, Encoding.UTF8.GetString(content)[..2000]);
        return arrived;
    }

    /// <summary>Asks for reports of failures, under a name of its own.</summary>
    private sealed class ReportingClient : SmtpClient
    {
        protected override string GetEnvelopeId(MimeMessage message) => "envelope=7";

        protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(MimeMessage message, MailboxAddress mailbox) => DeliveryStatusNotification.Failure;
    }
}
