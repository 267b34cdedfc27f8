using BulkRelay.Core.Queue;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Writes a report as <c>multipart/report</c> (RFC 6522): words for a person, fields for a program (RFC 3464, 6533), the message.
/// </summary>
internal static class DeliveryReportWriter
{
    public static MessageContent Write(DeliveryReport report)
    {
        var text = new ReportText(report.IsGlobal);
        WriteHeader(text, report);
        WriteNotification(text, report);
        DeliveryStatusPart.Write(text, report);
        var end = new ReportText(report.IsGlobal);
        if (!report.Returned.IsEmpty)
        {
            WriteReturnedHeader(text, report);
            end.Line();
        }
        end.Line($"--{report.Boundary}--");
        return new MessageContent([.. MessageContent.From(text.ToOctets()).Segments, .. report.Returned.Segments, end.ToOctets()]);
    }

    private static void WriteHeader(ReportText text, DeliveryReport report)
    {
        var date = ReportDate.Format(report.Date);
        text.Line($"Received: by {report.Hostname} ({report.MailName})")
            .Line($"\tid {report.QueueId}; {date}")
            .Line($"Date: {date}")
            .Line($"From: {report.Template.FromAt(report.Origin)}")
            .Line($"Subject: {(report.To.IsPostmaster && report.Template.PostmasterSubject.Length > 0 ? report.Template.PostmasterSubject : report.Template.Subject)}")
            .Line("To: ", report.To.Recipient)
            .Line($"Auto-Submitted: {(report.To.IsPostmaster ? "auto-generated" : "auto-replied")}")
            .Line("MIME-Version: 1.0")
            .Line($"Content-Type: multipart/report; report-type={(report.IsGlobal ? "global-delivery-status" : "delivery-status")};")
            .Line($"\tboundary=\"{report.Boundary}\"");
        if (report.Is8Bit) text.Line("Content-Transfer-Encoding: 8bit");
        text.Line($"Message-Id: {report.MessageId}")
            .Line()
            .Line("This is a MIME-encapsulated message.")
            .Line();
    }

    private static void WriteNotification(ReportText text, DeliveryReport report)
    {
        text.Line($"--{report.Boundary}")
            .Line("Content-Description: Notification")
            .Line($"Content-Type: text/plain; charset={(report.IsText8Bit ? "utf-8" : "us-ascii")}");
        if (report.IsText8Bit) text.Line("Content-Transfer-Encoding: 8bit");
        text.Line();
        foreach (var line in report.Text.Split('\n', StringSplitOptions.None).SkipLast(1)) text.Line(line);
        foreach (var outcome in report.Outcomes)
            text.Line().Folded("", $"<{outcome.Recipient.Address}>: {ReportedAction.Words(report, outcome)}");
        text.Line();
    }

    private static void WriteReturnedHeader(ReportText text, DeliveryReport report)
    {
        var type = (report.IsGlobal, report.Returned.IsWhole) switch
        {
            (false, true) => "message/rfc822",
            (false, false) => "text/rfc822-headers",
            (true, true) => "message/global",
            (true, false) => "message/global-headers",
        };
        var isUndelivered = report.Kind is ReportKind.Failure or ReportKind.Delay;
        text.Line($"--{report.Boundary}")
            .Line($"Content-Description: {(isUndelivered ? "Undelivered " : "")}Message{(report.Returned.IsWhole ? "" : " Headers")}")
            .Line($"Content-Type: {type}");
        if (report.Returned.Is8Bit || report.IsStatus8Bit) text.Line("Content-Transfer-Encoding: 8bit");
        text.Line().Line("Return-Path: ", $"<{report.Message.Sender}>");
    }
}
