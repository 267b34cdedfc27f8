using System.Diagnostics;
using System.Text;
using System.Text.Json;
using BulkRelay.Core.Bounces;
using BulkRelay.Core.Configuration;
using BulkRelay.Core.Observability;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.EndToEnd.Bounces;

/// <summary>Reports are read by a parser that others wrote: the <c>email</c> package of Python.</summary>
public sealed class PythonReadsReportsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 11, 37, 1, TimeSpan.Zero);

    [Fact]
    public async Task A_report_is_a_multipart_report_with_fields_for_each_recipient_and_the_message_as_it_was()
    {
        const string Original = "Subject: hello\r\n\r\nBody line.\r\n--boundary--\r\n";
        var found = await ReadAsync(Message(), Original, Outcome("bob@example.com"), Outcome("carol@example.com"));
        Text(found, "type").ShouldBe("multipart/report");
        Text(found, "report_type").ShouldBe("delivery-status");
        Text(found, "to").ShouldBe("app@example.net");
        Text(found, "from").ShouldBe("MAILER-DAEMON@relay.example.net");
        Text(found, "auto_submitted").ShouldBe("auto-replied");
        found.GetProperty("has_date").GetBoolean().ShouldBeTrue();
        Types(found).ShouldBe(["text/plain", "message/delivery-status", "message/rfc822"]);
        Text(found, "text").ShouldContain("<carol@example.com>: host mx.example.com[192.0.2.1] said:");
        Text(found, "returned").ReplaceLineEndings("\r\n").ShouldBe("Return-Path: <app@example.net>\r\n" + Original);

        var groups = found.GetProperty("status").EnumerateArray().ToList();
        groups.Count.ShouldBe(3);
        Text(groups[0], "Reporting-MTA").ShouldBe("dns; relay.example.net");
        Text(groups[0], "Original-Envelope-Id").ShouldBe("campaign=7");
        Text(groups[1], "Final-Recipient").ShouldBe("rfc822; bob@example.com");
        Text(groups[2], "Final-Recipient").ShouldBe("rfc822; carol@example.com");
        Text(groups[2], "Original-Recipient").ShouldBe("rfc822;list+carol@example.com");
        Text(groups[2], "Action").ShouldBe("failed");
        Text(groups[2], "Status").ShouldBe("5.1.1");
        Text(groups[2], "Diagnostic-Code").ShouldStartWith("smtp; 550 5.1.1 no such user");
    }

    [Fact]
    public async Task Header_only_and_eight_bit_reports_are_read_without_a_defect()
    {
        Types(await ReadAsync(Message() with { Ret = "HDRS" }, "Subject: hello\r\n\r\nBody.\r\n", Outcome("bob@example.com")))
            .ShouldBe(["text/plain", "message/delivery-status", "text/rfc822-headers"]);
        Text(await ReadAsync(Message(), "Subject: hello\r\n\r\nGrüße\r\n", Outcome("bob@example.com")), "returned").ShouldContain("Grüße");
    }

    [Fact]
    public async Task A_report_in_UTF8_has_the_types_of_RFC_6533()
    {
        var found = await ReadAsync(Message() with { IsSmtpUtf8 = true, Sender = "jürgen@example.net" }, "Subject: grüße\r\n\r\nBody.\r\n", Outcome("用户@example.com"));
        Text(found, "report_type").ShouldBe("global-delivery-status");
        Text(found, "to").ShouldBe("jürgen@example.net");
        Types(found).ShouldBe(["text/plain", "message/global-delivery-status", "message/global"]);
        Text(found, "text").ShouldContain("<用户@example.com>:");
    }

    private static MessageEnvelope Message() => new()
    {
        Id = 7,
        QueueId = "0F1E27",
        Arrived = Now.AddDays(-5),
        Sender = "app@example.net",
        Size = 1,
        Envid = "campaign+3D7",
    };

    private static RecipientOutcome Outcome(string address) => new(
        new QueuedRecipient { Number = 0, Address = address, Orcpt = "rfc822;list+2B" + address, Destination = new DestinationKey("smtp", "example.com"), Due = Now },
        DeliveryAction.Failed, new EnhancedStatus(5, 1, 1), "host mx.example.com[192.0.2.1] said: 550 5.1.1 no such user (in reply to RCPT TO command)")
    {
        DiagnosticCode = "smtp; 550 5.1.1 no such user, and a long explanation that has to be folded over several lines",
        RemoteMta = "mx.example.com",
    };

    private static async Task<JsonElement> ReadAsync(MessageEnvelope message, string content, params RecipientOutcome[] failed)
    {
        using var log = new MailLog(() => Stream.Null, "relay", TimeProvider.System);
        var snapshot = ConfigSnapshot.With(("myhostname", "relay.example.net"));
        var reporter = new Reporter(() => snapshot, () => 8, log.For("postfix", "bounce"), log.For("postfix", "cleanup"));
        var report = reporter.Build(new ReportRequest(ReportKind.Failure, message, failed, MessageContent.From(Encoding.UTF8.GetBytes(content)), Now)).ShouldHaveSingleItem().Message;

        var script = Path.Combine(AppContext.BaseDirectory, "Bounces", "read_report.py");
        using var python = Process.Start(new ProcessStartInfo("python3", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await python.StandardInput.BaseStream.WriteAsync(report.Content.ToArray());
        python.StandardInput.Close();
        var found = JsonDocument.Parse(await python.StandardOutput.ReadToEndAsync()).RootElement;
        await python.WaitForExitAsync();
        found.GetProperty("defects").EnumerateArray().ShouldBeEmpty();
        return found;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString().ShouldNotBeNull();

    private static IEnumerable<string?> Types(JsonElement found) => found.GetProperty("types").EnumerateArray().Select(t => t.GetString());
}
