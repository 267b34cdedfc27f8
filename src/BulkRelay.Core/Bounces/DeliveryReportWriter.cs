using System.Buffers;
using System.Text;
using BulkRelay.Core.Queue;
using BulkRelay.Smtp;

namespace BulkRelay.Core.Bounces;

/// <summary>
/// Writes a report as <c>multipart/report</c> (RFC 6522): words for a person, fields for a program (RFC 3464, 6533), the message. All of it
/// is ASCII.
/// </summary>
internal static class DeliveryReportWriter
{
    public static MessageContent Write(DeliveryReport report)
    {
        var text = new ReportText(report.IsGlobal);
        WriteHeader(text, report);
        var notification = Notification(report);
        text.Part(report.Boundary, "Notification", $"text/plain; charset={(Ascii.IsValid(notification) ? "us-ascii" : "utf-8")}",
            notification)
            .Part(report.Boundary, "Delivery report", $"message/{(report.IsGlobal ? "global-delivery-status" : "delivery-status")}",
            DeliveryStatusPart.Write(report));
        if (!report.Returned.IsEmpty) text.Part(report.Boundary, DescriptionOfReturned(report), TypeOfReturned(report), Returned(report));
        text.Line($"--{report.Boundary}--");
        return MessageContent.From(text.ToOctets());
    }

    private static void WriteHeader(ReportText text, DeliveryReport report)
    {
        var date = ReportDate.Format(report.Date);
        text.Line($"Received: by {report.Hostname} ({report.MailName})")
            .Line($"\tid {report.QueueId}; {date}")
            .Line($"Date: {date}")
            .Line($"From: {report.Template.FromAt(report.Origin)}")
            .Line($"Subject: {(report.To.IsPostmaster && report.Template.PostmasterSubject.Length > 0 ? report.Template.PostmasterSubject : report.Template.Subject)}")
            .Line("To: ", AddresseeOf(report))
            .Line($"Auto-Submitted: {(report.To.IsPostmaster ? "auto-generated" : "auto-replied")}")
            .Line("MIME-Version: 1.0")
            .Line($"Content-Type: multipart/report; report-type={(report.IsGlobal ? "global-delivery-status" : "delivery-status")};")
            .Line($"\tboundary=\"{report.Boundary}\"")
            .Line($"Message-Id: {report.MessageId}")
            .Line()
            .Line("This is a MIME-encapsulated message.")
            .Line();
    }

    /// <summary>An address that is not ASCII stands as the name of a group without members (RFC 6857 section 3.1).</summary>
    private static string AddresseeOf(DeliveryReport report)
    {
        if (Ascii.IsValid(report.To.Recipient)) return report.To.Recipient;
        var words = new ArrayBufferWriter<byte>();
        EncodedWord.WriteWords(words, Encoding.UTF8.GetBytes(report.To.Recipient));
        return Encoding.ASCII.GetString(words.WrittenSpan).Replace("\r\n", "", StringComparison.Ordinal) + ":;";
    }

    private static byte[] Notification(DeliveryReport report)
    {
        var text = new ReportText(report.IsGlobal);
        foreach (var line in report.Text.Split('\n', StringSplitOptions.None).SkipLast(1)) text.Line(line);
        foreach (var outcome in report.Outcomes)
            text.Line().Folded("", $"<{outcome.Recipient.Address}>: {ReportedAction.Words(report, outcome)}");
        return text.Line().ToOctets();
    }

    private static string DescriptionOfReturned(DeliveryReport report) =>
        $"{(report.Kind is ReportKind.Failure or ReportKind.Delay ? "Undelivered " : "")}Message{(report.Returned.IsWhole ? "" : " Headers")}";

    private static string TypeOfReturned(DeliveryReport report) => (report.IsGlobal, report.Returned.IsWhole) switch
    {
        (false, true) => "message/rfc822",
        (false, false) => "text/rfc822-headers",
        (true, true) => "message/global",
        (true, false) => "message/global-headers",
    };

    private static byte[] Returned(DeliveryReport report)
    {
        var path = new ReportText(report.IsGlobal).Line("Return-Path: ", $"<{report.Message.Sender}>").ToOctets();
        return [.. path, .. new MessageContent(report.Returned.Segments).ToArray(), .. "\r\n"u8];
    }
}
