using System.Text;
using System.Text.Json;
using BulkRelay.Core.Queue;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Bounces;

/// <summary>Reports are read by a parser that others wrote: the <c>email</c> package of Python.</summary>
public sealed class PythonReadsReportsTests
{
    [Fact]
    public async Task A_report_is_a_multipart_report_with_fields_for_each_recipient_and_the_message_as_it_was()
    {
        const string Original = "Subject: hello\r\n\r\nBody line.\r\n--boundary--\r\n";
        var found = await ReadAsync(SampleReport.Message, Original, SampleReport.Outcome("bob@example.com"), SampleReport.Outcome("carol@example.com"));
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
        Types(await ReadAsync(SampleReport.Message with { Ret = "HDRS" }, "Subject: hello\r\n\r\nBody.\r\n", SampleReport.Outcome("bob@example.com")))
            .ShouldBe(["text/plain", "message/delivery-status", "text/rfc822-headers"]);
        Text(await ReadAsync(SampleReport.Message, "Subject: hello\r\n\r\nGrüße\r\n", SampleReport.Outcome("bob@example.com")), "returned")
            .ShouldEndWith("Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe\n");
    }

    [Fact]
    public async Task A_report_in_UTF8_has_the_types_of_RFC_6533()
    {
        var found = await ReadAsync(SampleReport.Message with { IsSmtpUtf8 = true, Sender = "jürgen@example.net" }, "Subject: grüße\r\n\r\nBody.\r\n", SampleReport.Outcome("用户@example.com"));
        Text(found, "report_type").ShouldBe("global-delivery-status");
        Text(found, "to").ShouldBe("\"jürgen@example.net\":;");
        Types(found).ShouldBe(["text/plain", "message/global-delivery-status", "message/global"]);
        Text(found, "text").ShouldContain("<用户@example.com>:");
    }

    [Theory]
    [InlineData(ReportKind.Delay, DeliveryAction.Deferred, "delayed")]
    [InlineData(ReportKind.Success, DeliveryAction.Delivered, "relayed")]
    public async Task Warnings_and_successes_are_read_field_by_field(ReportKind kind, DeliveryAction action, string shown)
    {
        var found = await ReadAsync(SampleReport.Make(kind, SampleReport.Message, "Subject: hello\r\n\r\nBody.\r\n", SampleReport.Outcome("bob@example.com", action)));
        Types(found).ShouldBe(["text/plain", "message/delivery-status", "text/rfc822-headers"]);
        var groups = found.GetProperty("status").EnumerateArray().ToList();
        Text(groups[0], "Arrival-Date").ShouldBe("Fri, 20 Nov 2026 11:37:01 +0000 (UTC)");
        Text(groups[1], "Action").ShouldBe(shown);
        Text(groups[1], "Final-Recipient").ShouldBe("rfc822; bob@example.com");
        groups[1].TryGetProperty("Will-Retry-Until", out var until).ShouldBe(kind == ReportKind.Delay);
        if (kind == ReportKind.Delay) until.GetString().ShouldBe("Wed, 25 Nov 2026 11:37:01 +0000 (UTC)");
    }

    private static Task<JsonElement> ReadAsync(MessageEnvelope message, string content, params RecipientOutcome[] failed) =>
        ReadAsync(SampleReport.Make(ReportKind.Failure, message, content, failed));

    private static async Task<JsonElement> ReadAsync(byte[] report)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Bounces", "read_report.py");
        var output = (await Tool.RunAsync("python3", [script], Encoding.UTF8.GetString(report))).Succeeded();
        var found = JsonDocument.Parse(output).RootElement;
        found.GetProperty("defects").EnumerateArray().ShouldBeEmpty();
        return found;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString().ShouldNotBeNull();

    private static IEnumerable<string?> Types(JsonElement found) => found.GetProperty("types").EnumerateArray().Select(t => t.GetString());
}
