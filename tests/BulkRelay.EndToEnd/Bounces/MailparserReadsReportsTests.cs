using System.Text;
using System.Text.Json;
using BulkRelay.Core.Queue;
using BulkRelay.EndToEnd.Harness;

namespace BulkRelay.EndToEnd.Bounces;

/// <summary>Reports are read by <c>mailparser</c> of Nodemailer, which many applications use for it.</summary>
public sealed class MailparserReadsReportsTests
{
    [Fact]
    public async Task A_report_is_read_with_all_its_parts()
    {
        const string Original = "Subject: hello\r\n\r\nGrüße\r\n";
        var found = await ReadAsync(SampleReport.Make(
            ReportKind.Failure, SampleReport.Message, Original, SampleReport.Outcome("bob@example.com"), SampleReport.Outcome("carol@example.com")));
        Text(found, "type").ShouldBe("multipart/report");
        Text(found, "report_type").ShouldBe("delivery-status");
        Text(found, "from").ShouldBe("MAILER-DAEMON@relay.example.net");
        Text(found, "to").ShouldBe("app@example.net");
        Text(found, "subject").ShouldBe("Undelivered Mail Returned to Sender");
        Text(found, "auto_submitted").ShouldBe("auto-replied");
        Text(found, "date").ShouldBe("2026-11-21T11:37:01.000Z");
        Text(found, "message_id").ShouldStartWith("<20261121113701.");
        Text(found, "text").ShouldContain("<carol@example.com>: host mx.example.com[192.0.2.1] said:");

        var status = Part(found, "message/delivery-status");
        status.ShouldStartWith("Reporting-MTA: dns; relay.example.net\nOriginal-Envelope-Id: campaign=7\n");
        status.ShouldContain("\n\nFinal-Recipient: rfc822; bob@example.com\nOriginal-Recipient: rfc822;list+bob@example.com\nAction: failed\nStatus: 5.1.1\n");
        status.ShouldContain("\n\nFinal-Recipient: rfc822; carol@example.com\n");
        Part(found, "message/rfc822").ShouldEndWith("Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe");
    }

    [Theory]
    [InlineData(ReportKind.Delay, DeliveryAction.Deferred, "Delayed Mail (still being retried)", "delayed")]
    [InlineData(ReportKind.Success, DeliveryAction.Delivered, "Successful Mail Delivery Report", "relayed")]
    [InlineData(ReportKind.Trace, DeliveryAction.Delivered, "Mail Delivery Status Report", "relayed")]
    public async Task Every_kind_of_report_is_read(ReportKind kind, DeliveryAction action, string subject, string shown)
    {
        var found = await ReadAsync(SampleReport.Make(kind, SampleReport.Message, "Subject: hello\r\n\r\nBody.\r\n", SampleReport.Outcome("bob@example.com", action)));
        Text(found, "subject").ShouldBe(subject);
        Part(found, "message/delivery-status").ShouldContain($"\nAction: {shown}\n");
        Part(found, "text/rfc822-headers").ShouldEndWith("Subject: hello");
    }

    private static async Task<JsonElement> ReadAsync(byte[] report)
    {
        var script = Path.Combine(Repository.Folder, "tests", "BulkRelay.EndToEnd", "Bounces", "mailparser", "read_report.js");
        return JsonDocument.Parse((await Tool.RunAsync("node", [script], Encoding.UTF8.GetString(report))).Succeeded()).RootElement;
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString().ShouldNotBeNull();

    private static string Part(JsonElement found, string type)
    {
        var part = found.GetProperty("parts").EnumerateArray().Where(p => Text(p, "type") == type).ShouldHaveSingleItem();
        return Text(part, "content").ReplaceLineEndings("\n").TrimEnd('\n');
    }
}
