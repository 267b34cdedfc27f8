using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Writes a report as <c>multipart/report</c> (RFC 6522): words for a person, fields for a program (RFC 3464, 6533), the message.
/// </summary>
internal static class FailureReportWriter
{
    public static MessageContent Write(FailureReport report)
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

    private static void WriteHeader(ReportText text, FailureReport report)
    {
        var date = MailDate.Format(report.Date);
        text.Line($"Received: by {report.Hostname} ({report.MailName})")
            .Line($"\tid {report.QueueId}; {date}")
            .Line($"Date: {date}")
            .Line($"From: MAILER-DAEMON@{report.Hostname} (Mail Delivery System)")
            .Line("Subject: Undelivered Mail Returned to Sender")
            .Line("To: ", report.Message.Sender)
            .Line("Auto-Submitted: auto-replied")
            .Line("MIME-Version: 1.0")
            .Line($"Content-Type: multipart/report; report-type={(report.IsGlobal ? "global-delivery-status" : "delivery-status")};")
            .Line($"\tboundary=\"{report.Boundary}\"");
        if (report.Is8Bit) text.Line("Content-Transfer-Encoding: 8bit");
        text.Line($"Message-Id: {report.MessageId}")
            .Line()
            .Line("This is a MIME-encapsulated message.")
            .Line();
    }

    private static void WriteNotification(ReportText text, FailureReport report)
    {
        text.Line($"--{report.Boundary}")
            .Line("Content-Description: Notification")
            .Line($"Content-Type: text/plain; charset={(report.IsGlobal ? "utf-8" : "us-ascii")}");
        if (report.IsStatus8Bit) text.Line("Content-Transfer-Encoding: 8bit");
        text.Line()
            .Line($"This is the mail system at host {report.Hostname}.")
            .Line()
            .Line("Your message could not be delivered to one or more recipients.")
            .Line("The reasons follow." + report.Returned switch
            {
                { IsEmpty: true } => "",
                { IsWhole: true } => " Your message is attached.",
                _ => " The header of your message is attached.",
            })
            .Line()
            .Line("For further assistance, please send mail to postmaster, and include")
            .Line("this report. You can leave out the text of your own message.")
            .Line()
            .Line("                   The mail system")
            .Line();
        foreach (var outcome in report.Failed) text.Folded("", $"<{outcome.Recipient.Address}>: {outcome.Reason}");
        text.Line();
    }

    private static void WriteReturnedHeader(ReportText text, FailureReport report)
    {
        var type = (report.IsGlobal, report.Returned.IsWhole) switch
        {
            (false, true) => "message/rfc822",
            (false, false) => "text/rfc822-headers",
            (true, true) => "message/global",
            (true, false) => "message/global-headers",
        };
        text.Line($"--{report.Boundary}")
            .Line($"Content-Description: Undelivered Message{(report.Returned.IsWhole ? "" : " Headers")}")
            .Line($"Content-Type: {type}");
        if (report.Returned.Is8Bit) text.Line("Content-Transfer-Encoding: 8bit");
        text.Line();
    }
}
